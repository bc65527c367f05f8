import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { failedIn } from '@lpipe/local'

/** Invokes the Lambda, and returns its response. */
export type Invoke = (event: object) => Promise<unknown>

type Item = Readonly<Record<string, AttributeValue>>

/** How often a batch is delivered at most: Lambda's `MaximumRetryAttempts`. */
const maxDeliveries = 5

/**
 * Stand-in for DynamoDB Streams and their event source mapping, because dynalite has no streams. Each poll scans the table,
 * makes a record of each item that is new, changed or gone since the last one, and delivers them as one shard: after a
 * failure again, from the first failed record on. On AWS each write makes a record, also two of one item between two polls.
 */
export const createPoller = (client: DynamoDBClient, TableName: string, invoke: Invoke) => {
  let known = new Map<string, Item>()
  let sequenceNumber = 0

  const recordOf = (eventName: string, id: string, images: object) => ({
    eventID: String(++sequenceNumber),
    eventName,
    eventSource: 'aws:dynamodb',
    eventSourceARN: `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}/stream/2026-01-01T00:00:00.000`,
    dynamodb: { Keys: { id: { S: id } }, ...images, SequenceNumber: String(sequenceNumber) },
  })

  const readChanges = async () => {
    const { Items = [] } = await client.send(new ScanCommand({ TableName }))
    const found = new Map(Items.map((item) => [item['id']?.S ?? '', item] as const))
    const before = known
    known = found
    return [...new Set([...before.keys(), ...found.keys()])].sort().flatMap((id) => {
      const [OldImage, NewImage] = [before.get(id), found.get(id)]
      if (OldImage === undefined) return [recordOf('INSERT', id, { NewImage })]
      if (NewImage === undefined) return [recordOf('REMOVE', id, { OldImage })]
      if (JSON.stringify(OldImage) === JSON.stringify(NewImage)) return []
      return [recordOf('MODIFY', id, { OldImage, NewImage })]
    })
  }

  const poll = async (): Promise<void> => {
    let records = await readChanges()
    for (let delivery = 0; records.length > 0 && delivery < maxDeliveries; delivery++) {
      const failed = failedIn(
        await invoke({ Records: records }),
        records.map(({ dynamodb }) => dynamodb.SequenceNumber),
      )
      records = failed[0] === undefined ? [] : records.slice(failed[0])
    }
  }

  return { poll }
}
