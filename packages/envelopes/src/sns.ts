import { defineEnvelope, type Envelope } from '@lpipe/core/envelope'
import { checkOptions, getOwn, invalidConfiguration, isObject, setOwn } from '@lpipe/core/middleware'
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
 * subscription has raw message delivery.
 *
 * @throws InvalidConfigurationError, when made, for an option that is unknown or wrong; for a message that asks to confirm a
 * subscription
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 * @example
 * middy().use(lpipe({ envelopes: [sns()], paths: { ORDER: [ship] } }))
 */
export const sns = (options: SnsOptions = {}): Envelope => {
  checkOptions('sns', options, { path: pathRule })
  return defineEnvelope({
    name: 'sns',
    opens: (body) => {
      if (!isObject(body) || typeof body['TopicArn'] !== 'string') return undefined
      const { Type, Message, MessageAttributes, Token } = body
      if (Token !== undefined) {
        invalidConfiguration(
          'it asks to confirm a subscription to an SNS topic. Confirm it: https://docs.aws.amazon.com/sns/latest/dg/sns-send-message-to-sqs-cross-account.html',
        )
      }
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
