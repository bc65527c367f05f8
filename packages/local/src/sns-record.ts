import type { SNSEventRecord } from 'aws-lambda'

/** A notification as SNS sends it to a queue without raw message delivery. */
export interface Notification {
  readonly Type: string
  readonly MessageId: string
  readonly TopicArn: string
  readonly Subject?: string
  readonly Message: string
  readonly Timestamp: string
  readonly SignatureVersion: string
  readonly Signature: string
  readonly SigningCertURL: string
  readonly UnsubscribeURL: string
  readonly MessageAttributes?: SNSEventRecord['Sns']['MessageAttributes']
}

/**
 * Converts a notification to a record of an event. Lambda writes two names in another way.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
export const snsRecord = (notification: Notification, EventSubscriptionArn: string): SNSEventRecord => {
  const { SigningCertURL, UnsubscribeURL, Subject = null, MessageAttributes = {}, ...others } = notification
  return {
    EventSource: 'aws:sns',
    EventVersion: '1.0',
    EventSubscriptionArn,
    Sns: {
      ...others,
      Subject: Subject as string, // Lambda sends null
      MessageAttributes,
      SigningCertUrl: SigningCertURL,
      UnsubscribeUrl: UnsubscribeURL,
    },
  }
}
