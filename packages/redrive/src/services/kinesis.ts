import type { Service } from './service.ts'

/** Puts the original data under its partition key: a new record, at the end of its shard. */
export const kinesis: Service = {
  type: 'kinesis',
  regionOf: async (clients) => (await clients.kinesis()).client.config.region(),
  send: async (clients, arn, { body, groupId: PartitionKey }) => {
    const { client, commands } = await clients.kinesis()
    // The stream of another account has no name that its ARN does not give.
    const stream = arn.account === clients.account ? { StreamName: arn.name } : { StreamARN: arn.text }
    const Data = Buffer.from(body as string)
    const { SequenceNumber } = await client.send(new commands.PutRecordCommand({ ...stream, Data, PartitionKey }))
    return SequenceNumber
  },
}
