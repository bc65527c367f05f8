import type { Mutant } from './mutant.ts'

/** Defects of deduplication keys. */
export const deduplicationMutants: readonly Mutant[] = [
  {
    name: 'leaves the content out of the deduplication key',
    marker: 'deduplication-key',
    replace: 'const text = JSON.stringify([context.functionName, message.eventSource, origin, position, target])',
    invariants: ['arrived', 'once'],
    isQuick: true,
  },
  {
    name: 'leaves the function out of the deduplication key',
    marker: 'deduplication-key',
    replace: 'const text = JSON.stringify([message.eventSource, origin, position, target, content])',
    invariants: ['arrived'],
  },
  {
    name: 'leaves the ARN out of the deduplication key',
    marker: 'deduplication-key',
    replace: 'const text = JSON.stringify([context.functionName, origin, position, target, content])',
    invariants: ['arrived'],
  },
  {
    name: 'leaves the source message out of the deduplication key',
    marker: 'deduplication-key',
    replace: 'const text = JSON.stringify([context.functionName, message.eventSource, position, target, content])',
    invariants: ['arrived'],
  },
  {
    name: 'takes equal contents of one message for one',
    marker: 'ordinal-of-equal-contents',
    replace: 'const ordinal = 1',
    invariants: ['arrived'],
  },
  {
    name: 'derives a deduplication key from the invocation',
    marker: 'key-of-source-message',
    replace: 'const key = undefined',
    invariants: ['once'],
  },
  {
    name: 'leaves the account out of the deduplication key',
    marker: 'account-in-deduplication-key',
    replace: "const target = (isDeadLetter ? 'dead-letter:' : '') + identity",
    invariants: ['once'],
  },
  {
    name: 'derives the deduplication key of a dead letter from its content',
    marker: 'deduplication-key-of-dead-letter',
    replace: 'deduplicationKey ??= keyOf(body)',
    invariants: ['once'],
  },
  {
    name: 'derives the deduplication key from the position among what the message sends',
    marker: 'ordinal-of-equal-contents',
    replace: "const ordinal = (counts.get('') ?? 0) + 1; counts.set('', ordinal)",
    invariants: ['once'],
  },
  {
    name: 'leaves the position in the record out of the deduplication key',
    marker: 'deduplication-key',
    replace: 'const text = JSON.stringify([context.functionName, message.eventSource, origin, target, content])',
    invariants: ['arrived', 'once'],
  },
  {
    name: 'derives the deduplication key of a DynamoDB record from its sequence number',
    marker: 'deduplication-key-of-stream-record',
    replace: "deduplicationKeyOf: (record) => nonEmptyString(getOwn(getOwn(record, 'dynamodb'), 'SequenceNumber'))",
    invariants: ['arrived'],
  },
  {
    name: 'derives the deduplication key of a notification from its topic',
    marker: 'deduplication-key-of-notification',
    replace: "deduplicationKeyOf: (record) => nonEmptyString(fieldOf(record, 'TopicArn'))",
    invariants: ['arrived'],
  },
  {
    name: 'drops a notification that failed',
    marker: 'no-partial-response',
    replace: "reports: 'each'",
    invariants: ['one end', 'known ids', 'arrived'],
  },
]
