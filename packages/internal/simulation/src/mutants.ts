import type { Invariant } from './ledger.ts'

/** The code, broken on purpose in one place. */
export interface Mutant {
  readonly name: string
  /** below `packages/` */
  readonly file: string
  /** must be found there exactly once */
  readonly find: string
  readonly replace: string
  /** what finds it; where two are named it depends on the run which comes first */
  readonly invariants: readonly Invariant[]
}

export const mutants: readonly Mutant[] = [
  {
    name: 'hands over what a message sends before its walk is over',
    file: 'path-router/src/walk.ts',
    find: 'chainOf(batch).hold(message, step, params.passed)',
    replace: 'chainOf(batch).hold(message, step, params.passed), batch.chain.release(message)',
    invariants: ['nothing for a failed message', 'arrived'],
  },
  {
    name: 'takes what ended too late for done',
    file: 'path-router/src/run.ts',
    find: 'if (waits(message)) settle(',
    replace: 'settle(',
    invariants: ['nothing for a failed message', 'one end', 'time'],
  },
  {
    name: 'goes on in a lane after a failure',
    file: 'path-router/src/run.ts',
    find: 'const error = behindFailure(batch, message)',
    replace: 'const error = undefined',
    invariants: ['order'],
  },
  {
    name: 'runs the messages of a FIFO group side by side',
    file: 'core/src/message.ts',
    find: "eventSource?.endsWith('.fifo')",
    replace: "eventSource?.endsWith('.none')",
    invariants: ['order'],
  },
  {
    name: 'runs one lane more than it may',
    file: 'path-router/src/run.ts',
    find: 'Math.min(concurrency, received.length)',
    replace: 'Math.min(concurrency + 1, received.length)',
    invariants: ['concurrency'],
  },
  {
    name: 'derives a deduplication id from the invocation',
    file: 'core/src/entry.ts',
    find: 'return id ?? ',
    replace: 'return ',
    invariants: ['once'],
  },
  {
    name: 'takes an entry that SQS did not mention for accepted',
    file: 'queue-sqs/src/index.ts',
    find: '() => unmentioned)',
    replace: '() => undefined)',
    invariants: ['arrived'],
  },
  {
    name: 'forgets an entry that was refused for good',
    file: 'core/src/outbox.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the code's
    find: 'fail(parcel, `${refusal.code}: ${refusal.reason}`, cause)',
    replace: 'undefined',
    invariants: ['arrived', 'nothing for a failed message'],
  },
  {
    name: 'sends on in order for a message of which something was refused for good',
    file: 'core/src/outbox.ts',
    find: "(order !== undefined && message.outcome === 'failed') || behindFailure(batch, message) !== undefined",
    replace: 'behindFailure(batch, message) !== undefined',
    invariants: ['nothing for a failed message', 'order'],
  },
  {
    name: 'sends on for what is behind a failure in its lane',
    file: 'core/src/outbox.ts',
    find: "(order !== undefined && message.outcome === 'failed') || behindFailure(batch, message) !== undefined",
    replace: "order !== undefined && message.outcome === 'failed'",
    invariants: ['order'],
  },
  {
    name: 'tries again what was refused for good',
    file: 'core/src/outbox.ts',
    find: 'return !senderFault && (left',
    replace: 'return (left',
    invariants: ['tries', 'nothing for a failed message'],
  },
  {
    name: 'gives up a send too early',
    file: 'core/src/outbox.ts',
    find: 'attempts < maxAttempts',
    replace: 'attempts < maxAttempts - 1',
    invariants: ['no failure without a cause'],
  },
  {
    name: 'takes another message group than the source message has',
    file: 'queue-sqs/src/index.ts',
    find: 'groupId ?? sourceGroup ??',
    replace: 'groupId ??',
    invariants: ['order'],
  },
  {
    name: 'lets entries overtake one that is to be tried again',
    file: 'core/src/outbox.ts',
    find: '(full || resting || queue.strictOrder)',
    replace: '(full || queue.strictOrder)',
    invariants: ['order'],
  },
  {
    name: 'puts a call that was split behind what came later',
    file: 'core/src/outbox.ts',
    find: 'return putBack(target, parcels, target.waiting)',
    replace: 'return putBack(target, target.waiting, parcels)',
    invariants: ['order'],
  },
  {
    name: 'fills a call with one entry too many',
    file: 'core/src/outbox.ts',
    find: 'taken.length >= limit',
    replace: 'taken.length > limit',
    invariants: ['limits'],
  },
  {
    name: 'starts functions when the time is nearly over',
    file: 'path-router/src/walk.ts',
    find: 'batch.left() <= batch.reserveMillis',
    replace: 'batch.left() <= 0',
    invariants: ['time'],
  },
  {
    name: 'waits too long for calls that are not answered',
    file: 'core/src/outbox.ts',
    find: 'setTimeout(timeUp, Math.max(0, left))',
    replace: 'setTimeout(timeUp, left + batch.reserveMillis)',
    invariants: ['time'],
  },
  {
    name: 'leaves a timer behind',
    file: 'core/src/time.ts',
    find: 'clearTimeout(timer)',
    replace: 'undefined',
    invariants: ['time'],
  },
  {
    name: 'waits for the queue that messages came from for ever',
    file: 'core/src/source.ts',
    find: 'batch.left() - answeringMillis(batch)',
    replace: 'Infinity',
    invariants: ['time'],
  },
  {
    name: 'reports finished messages when the time is up',
    file: 'path-router/src/run.ts',
    find: 'const late = batch.received.filter(waits)',
    replace: 'const late = batch.received.some(waits) ? batch.received : []',
    invariants: ['no failure without a cause'],
  },
  {
    name: 'tells a stream the last failure, not the first',
    file: 'batch-response/src/index.ts',
    find: 'failed.slice(0, 1)',
    replace: 'failed.slice(-1)',
    invariants: ['one end', 'arrived'],
  },
  {
    name: 'deletes failed messages with the others',
    file: 'core/src/source.ts',
    find: "const done = batch.received.filter(({ outcome }) => outcome !== 'failed')",
    replace: 'const done = batch.received',
    invariants: ['one end', 'arrived'],
  },
  {
    name: 'gives messages of one group different delays',
    file: 'core/src/delay.ts',
    find: 'if (!ofLane.has(lane))',
    replace: 'if (true)',
    invariants: ['order'],
  },
  {
    name: 'drops without a dead letter',
    file: 'core/src/dead-letter.ts',
    find: 'post.release(message)',
    replace: 'undefined',
    invariants: ['arrived'],
  },
]
