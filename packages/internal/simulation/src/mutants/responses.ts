import type { Mutant } from './mutant.ts'

/** Defects of responses. */
export const responsesMutants: readonly Mutant[] = [
  {
    name: 'accepts the response of another middleware instead of its own',
    marker: 'guarded-request',
    replace: '',
    invariants: ['one end'],
    isQuick: true,
  },
  {
    name: 'lets another middleware replace a response with failures',
    marker: 'protected-response',
    replace: 'this.#request.response = response',
    invariants: ['one end', 'arrived'],
  },
  {
    name: 'lets another middleware remove failures from a response',
    marker: 'removed-failures',
    replace: 'return this.#value',
    invariants: ['one end', 'arrived'],
  },
  {
    name: 'lets another middleware answer after an error',
    marker: 'no-response-after-error',
    replace: '',
    invariants: ['one end', 'arrived'],
  },
  {
    name: 'lets another middleware answer if one in front of it threw',
    marker: 'no-response-after-error',
    replace: "if (batch?.entered.includes('batchResponse')) guardResponse(request).fail()",
    invariants: ['one end', 'arrived'],
  },
  {
    name: 'returns nothing if another middleware has set an error',
    marker: 'error-beside-response',
    replace: 'if (this.#request.error !== undefined) return undefined',
    invariants: ['one end', 'arrived'],
  },
  {
    name: 'reports a record that did not fail',
    marker: 'reported-failures',
    replace: "return received.filter((message) => failed.has(message) || message.outcome !== 'succeeded')",
    invariants: ['no failure without a cause'],
    isQuick: true,
  },
  {
    name: 'reports the last failure of a stream, not the first',
    marker: 'first-failure',
    replace: "if (source.reports === 'first') return failed.slice(-1)",
    invariants: ['one end', 'arrived', 'no failure without a cause'],
  },
  {
    name: 'deletes failed messages with the others',
    marker: 'failed-not-deleted',
    replace: 'const succeeded = batch.received',
    invariants: ['one end', 'arrived'],
  },
  {
    name: 'waits for the queue that messages came from for ever',
    marker: 'source-queue-millis',
    replace: 'if (await finishesWithin(notDone, Infinity)) return [...(await notDone)]',
    invariants: ['time'],
  },
  {
    name: 'gives messages of one group different delays',
    marker: 'delay-of-group',
    replace: 'ofGroup.set(group, secondsOrNone(message))',
    invariants: ['order'],
  },
  {
    name: 'drops without a dead letter',
    marker: 'dead-letter-is-sent',
    replace: '',
    invariants: ['arrived'],
  },
  {
    name: 'fails what can never be sent, although a dead-letter queue would keep it',
    marker: 'undeliverable-in-group',
    replace:
      "if (this.#deadLetterLabel !== undefined && message?.group !== undefined && isUndeliverable(error)) return 'failed'",
    invariants: ['no failure without a cause'],
  },
]
