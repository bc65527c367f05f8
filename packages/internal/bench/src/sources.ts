import { forFifo, forKinesis, forSqs, withSchema } from './contenders.ts'
import { fifo, kinesis, sqs } from './work.ts'

/** Where batches come from, with who processes them. */
export const sources = {
  SQS: { contenders: forSqs, event: sqs },
  'SQS FIFO': { contenders: forFifo, event: fifo },
  Kinesis: { contenders: forKinesis, event: kinesis },
  'SQS with a schema': { contenders: withSchema, event: sqs },
} as const

export type Source = keyof typeof sources
