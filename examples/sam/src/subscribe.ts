import middy from '@middy/core'
import { action, FailButContinue, lpipe, queue } from 'lpipe-preset'

interface Subscriber {
  readonly name: string
  readonly email: string
}

/** Runs for a message `{"path": "SUBSCRIBE", "kwargs": {"name": "Ada", "email": "ada@example.com"}}`. */
export const subscribe = async ({ name, email }: Subscriber): Promise<string> => {
  if (!email.includes('@')) throw new FailButContinue('the subscriber has no email address')
  return `${name} is subscribed`
}

/** The template sets the URLs, so that no right to look them up is required. */
const urlFrom = (variable: string): string => process.env[variable] ?? `https://sqs.invalid/${variable}`

const mailing = queue({ type: 'sqs', url: urlFrom('MAILING_QUEUE_URL') })

export const handler = middy().use(
  lpipe({
    source: 'sqs',
    paths: {
      SUBSCRIBE: [action({ functions: [subscribe], requiredParams: ['name', 'email'], queues: [mailing] })],
    },
    // An unknown error keeps its message on the queue, which tries it again and then moves it to its dead-letter queue.
    unhandled: 'retry',
    // A message that is dropped on purpose, or that cannot be read, is kept here with the reason.
    deadLetter: queue({ type: 'sqs', url: urlFrom('DROPPED_QUEUE_URL') }),
  }),
)
