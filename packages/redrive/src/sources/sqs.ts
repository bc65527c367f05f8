import { InvalidPayloadError } from '@lpipe/core'
import { getOwn, isObject, nonEmptyString } from '@lpipe/core/middleware'
import type { RecordSource } from './source.ts'

/** Amazon SQS: the body with its attributes, its message group or tenant, and its trace header. */
export const sqs: RecordSource = {
  name: 'sqs',
  contentOf: (record) => getOwn(record, 'body'),
  withText: (record, body) => ({ ...(isObject(record) && record), body }),
  sentOf: (record) => {
    const body = getOwn(record, 'body')
    if (typeof body !== 'string') throw new InvalidPayloadError('its record has no body')
    const attributes = getOwn(record, 'attributes')
    return {
      type: 'sqs',
      body,
      groupId: nonEmptyString(getOwn(attributes, 'MessageGroupId')),
      attributes: getOwn(record, 'messageAttributes'),
      traceHeader: nonEmptyString(getOwn(attributes, 'AWSTraceHeader')),
    }
  },
}
