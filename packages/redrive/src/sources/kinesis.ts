import { InvalidPayloadError } from '@lpipe/core'
import { getOwn, isObject, nonEmptyString } from '@lpipe/core/middleware'
import type { RecordSource } from './source.ts'

/** EventBridge Pipes puts the fields into the record itself. */
const fieldsOf = (record: unknown): unknown => getOwn(record, 'kinesis') ?? record

const dataOf = (record: unknown): Buffer | undefined => {
  const data = nonEmptyString(getOwn(fieldsOf(record), 'data'))
  return data === undefined ? undefined : Buffer.from(data, 'base64')
}

/** Amazon Kinesis Data Streams: the data with its partition key. */
export const kinesis: RecordSource = {
  name: 'kinesis',
  contentOf: dataOf,
  withText: (record, text) => {
    const fields = fieldsOf(record)
    const edited = { ...(isObject(fields) && fields), data: Buffer.from(text).toString('base64') }
    return fields === record || !isObject(record) ? edited : { ...record, kinesis: edited }
  },
  sentOf: (record) => {
    const body = dataOf(record)
    const groupId = nonEmptyString(getOwn(fieldsOf(record), 'partitionKey'))
    if (body === undefined || groupId === undefined) {
      throw new InvalidPayloadError('its record has no data or no partition key')
    }
    return { type: 'kinesis', body, groupId }
  },
}
