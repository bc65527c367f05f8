import {
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'
import { createPoller, type Invoke } from './poller.ts'

const TableName = 'catalogue'

/** Makes a real table in this process, changes its items, and delivers the changes. */
export const changeCatalogue = async (invoke: Invoke): Promise<void> => {
  const server = dynalite({ createTableMs: 0 })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const client = new DynamoDBClient({ endpoint: `http://127.0.0.1:${port}` })
  const put = (id: string, price: string) =>
    client.send(new PutItemCommand({ TableName, Item: { id: { S: id }, price: { N: price } } }))
  try {
    await createTable(client)
    const { poll } = createPoller(client, TableName, invoke)
    await put('hat', '20')
    await put('scarf', '30')
    await put('broken lamp', '1')
    await put('busy toy', '5')
    await poll()
    await put('hat', '25')
    await client.send(new DeleteItemCommand({ TableName, Key: { id: { S: 'scarf' } } }))
    await poll()
  } finally {
    client.destroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
}

const createTable = async (client: DynamoDBClient): Promise<void> => {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  )
  for (;;) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }))
    if (Table?.TableStatus === 'ACTIVE') return
  }
}
