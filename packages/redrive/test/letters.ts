import type { DeadLetterMessage } from '@lpipe/redrive'
import { kinesisEvent, sqsEvent } from '@lpipe/testing'
import { arn, deadLetterOf } from './pipeline.ts'

/** Records with the bodies `{ number: 0 }` and so on. */
const records = sqsEvent([0, 1, 2, 3].map((number) => ({ number }))).Records
const [streamed] = kinesisEvent([{ number: 4 }]).Records

const secondsAgo = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString()

/** Four dead letters of lpipe, and a message that it did not write. */
export const letters: readonly unknown[] = [
  deadLetterOf('sqs', records[0], arn, {
    error: {
      name: 'InvalidPayloadError',
      message: 'ship: to: expected string',
      stack: 'at ship',
      issues: [{ path: ['to'] }],
    },
    path: 'SHIP',
    function: 'ship',
    lambda: { name: 'shipping', arn: 'arn:aws:lambda:us-east-1:000000000000:function:shipping', requestId: 'r-0' },
    receiveCount: 3,
    time: secondsAgo(7200),
  }),
  deadLetterOf('sqs', records[1], arn, { path: 'SHIP', time: secondsAgo(600) }),
  deadLetterOf('sqs', records[2], arn, { path: 'PAY', function: 'pay', time: 'yesterday' }),
  deadLetterOf('kinesis', streamed, 'arn:aws:kinesis:us-east-1:000000000000:stream/parcels'),
  'not JSON',
]

/** What a body says, for short. */
export const numberOf = ({ body }: Pick<DeadLetterMessage, 'body'>): unknown =>
  typeof body === 'object' && body !== null && 'number' in body ? body.number : body
