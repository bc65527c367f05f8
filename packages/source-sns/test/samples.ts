import type { SNSEvent } from 'aws-lambda'

/** As Lambda hands it over. @see https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export const notification: SNSEvent = {
  Records: [
    {
      EventVersion: '1.0',
      EventSubscriptionArn: 'arn:aws:sns:us-east-1:123456789012:orders:21be56ed-a058-49f5-8c98-aedd2564c486',
      EventSource: 'aws:sns',
      Sns: {
        SignatureVersion: '1',
        Timestamp: '2026-01-02T12:45:07.000Z',
        Signature: 'tcc6faL2yUC6dgZdmrwh1Y4cGa/ebXEkAi6RibDsvpi+tE/1+82j...65r==',
        SigningCertUrl:
          'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-ac565b8b1a6c5d002d285f9598aa1d9b.pem',
        MessageId: '95df01b4-ee98-5cb9-9903-4c221d41eb5e',
        Message: '{"path":"ORDER","kwargs":{"id":7}}',
        MessageAttributes: {
          tenant: { Type: 'String', Value: 'a' },
          retries: { Type: 'Number', Value: '3' },
          tags: { Type: 'String.Array', Value: '["x","y"]' },
          image: { Type: 'Binary', Value: 'AAEC' },
        },
        Type: 'Notification',
        UnsubscribeUrl: 'https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=arn',
        TopicArn: 'arn:aws:sns:us-east-1:123456789012:orders',
        Subject: 'An order',
      },
    },
  ],
}
