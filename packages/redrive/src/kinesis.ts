import { getOwn, isObject, nonEmptyString, utf8 } from '@lpipe/core/middleware'
import type { Origin } from './origin.ts'

/** Puts the original data under its partition key: a new record, at the end of its shard. */
export const kinesisOrigin: Origin = {
  service: 'kinesis',
  textOf: ({ kinesis }) => {
    const data = nonEmptyString(getOwn(kinesis, 'data'))
    return data === undefined ? undefined : utf8(Buffer.from(data, 'base64'))
  },
  withText: ({ kinesis, ...record }, text) => ({
    ...record,
    kinesis: { ...(isObject(kinesis) ? kinesis : {}), data: Buffer.from(text).toString('base64') },
  }),
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
      const { SequenceNumber } = await client.send(new commands.PutRecordCommand({ ...stream, Data, PartitionKey }))
      return SequenceNumber
    }
  },
}
