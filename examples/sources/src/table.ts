import { CreateTableCommand, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'
import { type Counts, invoke, noCounts } from './invoke.ts'

/** Stand-in for DynamoDB Streams, which dynalite lacks: items that a scan finds become INSERT records of one shard. */
const readChanges = async (client: DynamoDBClient, TableName: string) => {
  const { Items = [] } = await client.send(new ScanCommand({ TableName }))
  const ordered = Items.sort((a, b) => Number(a['number']?.N) - Number(b['number']?.N))
  return ordered.map((item) => ({
    eventID: String(item['number']?.N),
    eventName: 'INSERT',
    eventSource: 'aws:dynamodb',
    eventSourceARN: 'arn:aws:dynamodb:us-east-1:000000000000:table/items/stream/1',
    dynamodb: { Keys: { id: item['id'] }, NewImage: item, SequenceNumber: String(item['number']?.N) },
  }))
}

/** Puts items into a real table, and delivers their changes from the first failure on until none fails. */
export const changes = async (ids: readonly string[]): Promise<Counts> => {
  const server = dynalite({ createTableMs: 0 })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const client = new DynamoDBClient({ endpoint: `http://127.0.0.1:${port}` })
  const TableName = 'items'
  try {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    )
    await new Promise((resolve) => setTimeout(resolve, 100))
    for (const [index, id] of ids.entries()) {
      const Item = { id: { S: id }, number: { N: String(index + 1) } }
      await client.send(new PutItemCommand({ TableName, Item }))
    }
    const counts = noCounts()
    let records = await readChanges(client, TableName)
    for (let attempt = 0; records.length > 0 && attempt < 5; attempt++) {
      const [first] = await invoke({ Records: records }, counts)
      records = first === undefined ? [] : records.slice(records.findIndex(({ eventID }) => eventID === first))
    }
    return counts
  } finally {
    client.destroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
}
