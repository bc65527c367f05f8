import type { EventSource } from '@lpipe/core'
import { checkOptions, getOwn, isObject, nonEmptyString, parseJson } from '@lpipe/core/middleware'

/** Options of `sns()`. There are none yet. */
export type SnsOptions = Readonly<Record<string, never>>

const fieldOf = (record: unknown, name: string): unknown => getOwn(getOwn(record, 'Sns'), name)

/** SNS spells the member with a capital, unlike the services that Lambda polls. */
const isNotification = (record: unknown): boolean => getOwn(record, 'EventSource') === 'aws:sns'

/**
 * Amazon SNS invoking Lambda directly: `Sns.Message` is JSON text. The invocation is asynchronous, and no answer can name a
 * failed message: if one failed, the invocation throws, and Lambda retries it.
 *
 * @throws InvalidConfigurationError for an unknown option
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 * @example
 * middy().use(lpipe({ source: sns(), paths: { ORDER: [ship] } }))
 */
export const sns = (options: SnsOptions = {}): EventSource => {
  checkOptions('sns', options, {})
  return {
    name: 'sns',
    // mutant: no-partial-response
    reports: 'none',
    telemetry: { system: 'aws.sns', trigger: 'pubsub' },
    recordsOf: (event) => {
      const records = getOwn(event, 'Records')
      return Array.isArray(records) && records.length > 0 && records.every(isNotification) ? records : undefined
    },
    idOf: (record) => nonEmptyString(fieldOf(record, 'MessageId')),
    bodyOf: (record) => {
      const message = fieldOf(record, 'Message')
      // A middleware in front may have parsed it.
      return isObject(message) ? message : parseJson(message)
    },
    contentOf: (record) => fieldOf(record, 'Message'),
    arnOf: (record) => nonEmptyString(fieldOf(record, 'TopicArn')),
    // mutant: deduplication-key-of-notification
    deduplicationKeyOf: (record) => nonEmptyString(fieldOf(record, 'MessageId')),
    headersOf: (record) => {
      const headers: Record<string, string> = Object.create(null)
      const attributes = fieldOf(record, 'MessageAttributes')
      if (!isObject(attributes)) return headers
      for (const name of Object.keys(attributes)) {
        const value = getOwn(attributes[name], 'Value')
        // A binary attribute is base64, not text.
        if (typeof value === 'string' && getOwn(attributes[name], 'Type') !== 'Binary') headers[name] = value
      }
      return headers
    },
  }
}
