import middy from '@middy/core'
import { action, FailButContinue, lpipe, queue } from 'lpipe-preset'

interface Subscriber {
  readonly name: string
  readonly email: string
}

/** What a message `{"path": "SUBSCRIBE", "kwargs": {"name": "Ada", "email": "ada@example.com"}}` runs. */
export const subscribe = async ({ name, email }: Subscriber): Promise<string> => {
  if (!email.includes('@')) throw new FailButContinue(`${name} has no email address`)
  return `${name} is subscribed`
}

/** The template gives the URL: nothing is looked up. */
const mailing = queue({ type: 'sqs', url: process.env['MAILING_QUEUE_URL'] ?? 'https://sqs.invalid/mailing' })

export const handler = middy().use(
  lpipe({
    paths: {
      SUBSCRIBE: [action({ functions: [subscribe], queues: [mailing] })],
    },
  }),
)
