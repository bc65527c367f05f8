import type { Batch } from './batch.ts'
import { FailCatastrophically, InvalidPayloadError, inWords } from './errors.ts'
import { type Message, reasonOf } from './message.ts'
import type { Post } from './post.ts'
import type { Queue } from './queue.ts'
import { reject } from './settled.ts'

/** What a dead-letter queue of lpipe keeps of a message that was dropped. */
export interface DeadLetter {
  readonly error: { readonly name: string; readonly message: string; readonly issues?: readonly unknown[] }
  /** the path and the function it was on; null if it had not come so far */
  readonly path: string | null
  readonly function: string | null
  readonly source: { readonly type: string; readonly arn: string | null; readonly id: string | null }
  /** when it was dropped, as ISO 8601 text in UTC */
  readonly time: string
  /** the record, as it came */
  readonly record: unknown
}

/** The dead letter of a message that was dropped. */
const deadLetterOf = (batch: Batch, message: Message): DeadLetter => {
  const { path = null, function: fn = null, record, id = null, eventSource: arn = null } = message
  const error = reasonOf(message)
  const [name = '', ...rest] = inWords(error).split(': ')
  return {
    error: {
      name,
      message: rest.join(': '),
      ...(error instanceof InvalidPayloadError && error.issues.length > 0 ? { issues: error.issues } : {}),
    },
    path,
    function: fn,
    source: { type: batch.source ?? 'raw', arn, id },
    time: new Date().toISOString(),
    record,
  }
}

/** Sends a dead letter for each message that was dropped. One that cannot be sent fails its message. */
export const keepDropped = (batch: Batch, post: Pick<Post, 'hold' | 'release'>, queue: Queue): void => {
  for (const message of batch.received) {
    if (message.outcome !== 'dropped') continue
    try {
      post.hold(message, queue, deadLetterOf(batch, message), 'dead')
      post.release(message)
    } catch (cause) {
      const why = `its dead letter was not made: ${inWords(cause)}`
      reject(batch, message, new FailCatastrophically(why, { cause }))
    }
  }
}
