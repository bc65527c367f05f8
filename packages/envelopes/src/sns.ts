import { defineEnvelope, type Envelope } from '@lpipe/core/envelope'
import { checkOptions, type Enclosed, getOwn, invalidConfiguration, isObject, setOwn } from '@lpipe/core/middleware'
import { type PathFrom, pathOf, pathRule } from './path.ts'

/** What SNS sends to a queue without raw message delivery. */
export interface SnsNotification {
  readonly Type: 'Notification'
  readonly MessageId: string
  readonly TopicArn: string
  readonly Subject?: string
  readonly Message: string
  readonly Timestamp: string
  readonly MessageAttributes?: Readonly<Record<string, { readonly Type: string; readonly Value: string }>>
}

/** Options of `sns()`. */
export interface SnsOptions {
  /** The path of a notification, for example `({ TopicArn }) => ...`. Default: the message names its path itself. */
  readonly path?: PathFrom<SnsNotification>
}

/**
 * An SNS notification in a queue: the message is `Message`, its `MessageAttributes` are headers. Not needed if the
 * subscription has raw message delivery. In the dead-letter queue of a Lambda that SNS invokes: each notification of the event.
 *
 * @throws InvalidConfigurationError, when made, for an option that is unknown or wrong; for a message that asks to confirm a
 * subscription, or says that one has ended
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 * @example
 * middy().use(lpipe({ envelopes: [sns()], paths: { ORDER: [ship] } }))
 */
export const sns = (options: SnsOptions = {}): Envelope => {
  checkOptions('sns', options, { path: pathRule })
  return defineEnvelope({
    name: 'sns',
    opens: (body, record) => {
      if (!isObject(body)) return undefined
      const { Type, TopicArn, Message, MessageAttributes, Token, Records } = body
      // The event of a Lambda, in its dead-letter queue. If it is the event of this invocation, `@lpipe/source-sns` reads it.
      if (Array.isArray(Records) && Records.length > 0 && Records.every(isOfSns) && body !== record) {
        return Records.map(({ Sns }): Enclosed => ({ body: Sns }))
      }
      if (typeof TopicArn !== 'string') return undefined
      if (Token !== undefined) refuseToken(Type)
      // A middleware in front may have parsed the text.
      if (Type !== 'Notification' || (typeof Message !== 'string' && !isObject(Message))) return undefined
      return {
        body: Message,
        headers: headersOf(MessageAttributes),
        path: pathOf(options.path, body as unknown as SnsNotification),
      }
    },
  })
}

const isOfSns = (record: unknown): boolean => isObject(getOwn(record, 'Sns'))

const refuseToken = (type: unknown): never =>
  invalidConfiguration(
    type === 'UnsubscribeConfirmation'
      ? 'it says that the subscription to an SNS topic has ended. Subscribe the queue again, or delete the message'
      : 'it asks to confirm a subscription to an SNS topic. Confirm it: https://docs.aws.amazon.com/sns/latest/dg/sns-send-message-to-sqs-cross-account.html',
  )

/** A binary attribute is base64, not a string. */
const headersOf = (attributes: unknown): Record<string, string> | undefined => {
  if (!isObject(attributes)) return undefined
  const headers: Record<string, string> = {}
  for (const name of Object.keys(attributes)) {
    const value = getOwn(attributes[name], 'Value')
    if (typeof value === 'string' && getOwn(attributes[name], 'Type') !== 'Binary') setOwn(headers, name, value)
  }
  return headers
}
