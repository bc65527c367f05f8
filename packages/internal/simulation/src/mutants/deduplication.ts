import type { Mutant } from './mutant.ts'

/** Defects of deduplication keys. */
export const deduplicationMutants: readonly Mutant[] = [
  {
    name: 'leaves the content out of the deduplication key',
    file: 'core/src/outbox/entry/deduplication-keys.ts',
    find: 'origin, position, target, content])',
    replace: 'origin, position, target])',
    invariants: ['arrived', 'once'],
    isQuick: true,
  },
  {
    name: 'leaves the function out of the deduplication key',
    file: 'core/src/outbox/entry/deduplication-keys.ts',
    find: 'JSON.stringify([context.functionName, message.eventSource,',
    replace: 'JSON.stringify([message.eventSource,',
    invariants: ['arrived'],
  },
  {
    name: 'leaves the ARN out of the deduplication key',
    file: 'core/src/outbox/entry/deduplication-keys.ts',
    find: 'JSON.stringify([context.functionName, message.eventSource,',
    replace: 'JSON.stringify([context.functionName,',
    invariants: ['arrived'],
  },
  {
    name: 'leaves the source message out of the deduplication key',
    file: 'core/src/outbox/entry/deduplication-keys.ts',
    find: 'message.eventSource, origin,',
    replace: 'message.eventSource,',
    invariants: ['arrived'],
  },
  {
    name: 'takes equal contents of one message for one',
    file: 'core/src/outbox/entry/deduplication-keys.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the code's
    find: 'return sha256(`${ordinal} ${text}`)',
    replace: 'return sha256(text)',
    invariants: ['arrived'],
  },
  {
    name: 'derives a deduplication key from the invocation',
    file: 'core/src/outbox/entry/deduplication-keys.ts',
    find: 'const origin = key ??',
    replace: 'const origin =',
    invariants: ['once'],
  },
  {
    name: 'leaves the account out of the deduplication key',
    file: 'core/src/outbox/outbox.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the code's
    find: "`${isDeadLetter ? 'dead-letter:' : ''}${identity} ${addressOf(queue)}`",
    replace: "(isDeadLetter ? 'dead-letter:' : '') + identity",
    invariants: ['once'],
  },
  {
    name: 'derives the deduplication key of a dead letter from its content',
    file: 'core/src/outbox/entry/entry.ts',
    find: "keyOf(isDeadLetter ? '' : body)",
    replace: 'keyOf(body)',
    invariants: ['once'],
  },

  {
    name: 'derives the deduplication key from the position among what the message sends',
    file: 'core/src/outbox/entry/deduplication-keys.ts',
    find: 'const ordinal = (counts.get(text) ?? 0) + 1 counts.set(text, ordinal)',
    replace: "const ordinal = (counts.get('') ?? 0) + 1; counts.set('', ordinal)",
    invariants: ['once'],
  },
  {
    name: 'leaves the position in the record out of the deduplication key',
    file: 'core/src/outbox/entry/deduplication-keys.ts',
    find: 'origin, position, target, content])',
    replace: 'origin, target, content])',
    invariants: ['arrived', 'once'],
  },
  {
    name: 'derives the deduplication key of a DynamoDB record from its sequence number',
    file: 'source-dynamodb/src/index.ts',
    find: 'deduplicationKeyOf: eventIdOf',
    replace: "deduplicationKeyOf: (record) => nonEmptyString(getOwn(getOwn(record, 'dynamodb'), 'SequenceNumber'))",
    invariants: ['arrived'],
  },
  {
    name: 'derives the deduplication key of a notification from its topic',
    file: 'source-sns/src/index.ts',
    find: "deduplicationKeyOf: (record) => nonEmptyString(fieldOf(record, 'MessageId'))",
    replace: "deduplicationKeyOf: (record) => nonEmptyString(fieldOf(record, 'TopicArn'))",
    invariants: ['arrived'],
  },
  {
    name: 'drops a notification that failed',
    file: 'source-sns/src/index.ts',
    find: "reports: 'none'",
    replace: "reports: 'each'",
    invariants: ['one end', 'known ids', 'arrived'],
  },
]
