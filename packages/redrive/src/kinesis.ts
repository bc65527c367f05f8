import { getOwn, nonEmptyString } from '@lpipe/core/middleware'
import type { Origin } from './origin.ts'

/** Puts the original data under its partition key: a new record, at the end of its shard. */
export const kinesisOrigin: Origin = {
  service: 'kinesis',
  regionOf: async ({ kinesis }) => (await kinesis()).client.config.region(),
  prepare: ({ kinesis }) => {
    const data = nonEmptyString(getOwn(kinesis, 'data'))
    const PartitionKey = nonEmptyString(getOwn(kinesis, 'partitionKey'))
    if (data === undefined || PartitionKey === undefined) return 'its record has no data or no partition key'
    return async (clients, arn) => {
      const { client, commands } = await clients.kinesis()
      // The stream of another account has no name that its ARN does not give.
      const stream = arn.account === clients.account ? { StreamName: arn.name } : { StreamARN: arn.text }
      const Data = Buffer.from(data, 'base64')
      await client.send(new commands.PutRecordCommand({ ...stream, Data, PartitionKey }))
    }
  },
}
