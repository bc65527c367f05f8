import type { Mutant } from './mutant.ts'

/** Defects of responses. */
export const responsesMutants: readonly Mutant[] = [
  {
    name: 'accepts the response of another middleware instead of its own',
    file: 'core/src/batch/response-guard.ts',
    find: 'Object.preventExtensions(guarded)',
    replace: '',
    invariants: ['one end'],
    isQuick: true,
  },
  {
    name: 'lets another middleware replace a response with failures',
    file: 'core/src/batch/response-guard.ts',
    find: 'if (hasFailures) this.#protect(response)',
    replace: 'if (hasFailures && response === this) this.#protect(response)',
    invariants: ['one end', 'arrived'],
  },
  {
    name: 'lets another middleware remove failures from a response',
    file: 'core/src/batch/response-guard.ts',
    find: 'if (this.#reported.every((identifier) => reported.has(identifier))) return this.#value',
    replace: 'if (reported.size >= 0) return this.#value',
    invariants: ['one end', 'arrived'],
  },
  {
    name: 'lets another middleware answer after an error',
    file: 'batch-response/src/index.ts',
    find: 'batch?.guard?.fail()',
    replace: '',
    invariants: ['one end', 'arrived'],
  },
  {
    name: 'reports a record that did not fail',
    file: 'core/src/batch/complete.ts',
    find: "return received.filter((message) => failed.has(message) || message.outcome === 'failed')",
    replace: "return received.filter((message) => failed.has(message) || message.outcome !== 'succeeded')",
    invariants: ['no failure without a cause'],
    isQuick: true,
  },
  {
    name: 'reports the last failure of a stream, not the first',
    file: 'batch-response/src/failures.ts',
    find: 'return failed.slice(0, 1)',
    replace: 'return failed.slice(-1)',
    invariants: ['one end', 'arrived', 'no failure without a cause'],
  },
  {
    name: 'deletes failed messages with the others',
    file: 'batch-response/src/source-queue.ts',
    find: 'const succeeded = batch.received.filter((message) => !left.has(message))',
    replace: 'const succeeded = batch.received',
    invariants: ['one end', 'arrived'],
  },
  {
    name: 'waits for the queue that messages came from for ever',
    file: 'batch-response/src/source-queue.ts',
    find: 'finishesWithin(left, deadline.remainingMillis() - deadline.responseMargin)',
    replace: 'finishesWithin(left, Infinity)',
    invariants: ['time'],
  },
  {
    name: 'gives messages of one group different delays',
    file: 'batch-response/src/retry-delay.ts',
    find: 'if (!ofGroup.has(group)) ofGroup.set(group, secondsOrNone(firsts.get(group) as Message))',
    replace: 'ofGroup.set(group, secondsOrNone(message))',
    invariants: ['order'],
  },
  {
    name: 'drops without a dead letter',
    file: 'payload-chain/src/dead-letter.ts',
    find: 'outbox.commit(message)',
    replace: '',
    invariants: ['arrived'],
  },
  {
    name: 'fails what can never be sent, although a dead-letter queue would keep it',
    file: 'core/src/batch/invocation-batch.ts',
    find: "message?.group !== undefined && isUndeliverable(error)) return 'dropped'",
    replace: "message?.group !== undefined && isUndeliverable(error)) return 'failed'",
    invariants: ['no failure without a cause'],
  },
]
