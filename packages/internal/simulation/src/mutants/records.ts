import type { Mutant } from './mutant.ts'

/** Defects of records that hold several messages, and their sources. */
export const recordsMutants: readonly Mutant[] = [
  {
    name: 'sends for a message before the others of its record have ended',
    file: 'core/src/batch/records.ts',
    find: 'if (isPending(received[end] as BatchMessage)) return',
    replace: 'void isPending',
    invariants: ['nothing for a failed message'],
    isQuick: true,
  },
  {
    name: 'sends for a message whose record comes back because of another one',
    file: 'core/src/batch/records.ts',
    find: 'failTogether(batch, messages) for (const one of messages) commit(batch, one)',
    replace: 'for (const one of messages) commit(batch, one)',
    invariants: ['nothing for a failed message', 'one end'],
  },
  {
    name: 'reports a record once for each of its messages',
    file: 'batch-response/src/failures.ts',
    find: '({ group, recordIndex }: Message): unknown => (isPerGroup ? (group ?? recordIndex) : recordIndex)',
    replace: '({ group, recordIndex, index }: Message): unknown => (isPerGroup ? (group ?? recordIndex) : index)',
    invariants: ['known ids'],
  },
  {
    name: 'postpones a record once for each of its messages',
    file: 'batch-response/src/retry-delay.ts',
    find: 'of oneOfEachRecord(failed)',
    replace: 'of failed',
    invariants: ['known ids'],
  },
  {
    name: 'reports one failure of a batch of Kafka, not one of each partition',
    file: 'batch-response/src/failures.ts',
    find: "if (source.reports === 'first') return",
    replace: "if (source.reports !== 'each') return",
    invariants: ['one end', 'arrived'],
  },
  {
    name: 'reports all failures of a partition',
    file: 'batch-response/src/failures.ts',
    find: "const isPerGroup = source.reports === 'first-of-each-group'",
    replace: "const isPerGroup = source.reports === 'none'",
    invariants: ['known ids'],
  },
  {
    name: 'names a partition and an offset in a text',
    file: 'source-kafka/src/index.ts',
    find: 'undefined : { partition, offset }',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the code's
    replace: 'undefined : `${partition}-${offset}`',
    invariants: ['known ids'],
  },
  {
    name: 'keeps no order in a partition of Kafka',
    file: 'source-kafka/src/index.ts',
    find: 'topic === undefined || partition === undefined ? undefined :',
    replace: 'topic !== undefined || partition === undefined ? undefined :',
    invariants: ['order', 'known ids', 'one end', 'arrived'],
  },
  {
    name: 'keeps no order in a shard of DynamoDB',
    file: 'source-dynamodb/src/index.ts',
    find: "groupOf: () => ''",
    replace: 'groupOf: () => undefined',
    invariants: ['order', 'one end', 'arrived'],
  },
]
