import type { Mutant } from './mutant.ts'

/** Defects of records that hold several messages, and their sources. */
export const recordsMutants: readonly Mutant[] = [
  {
    name: 'sends for a message before the others of its record have ended',
    marker: 'pending-in-record',
    replace: 'for (; received[end]?.recordIndex === recordIndex; end += 1) {}',
    invariants: ['nothing for a failed message'],
    isQuick: true,
  },
  {
    name: 'sends for a message whose record comes back because of another one',
    marker: 'failed-in-record',
    replace: '',
    invariants: ['nothing for a failed message', 'one end'],
  },
  {
    name: 'reports a record once for each of its messages',
    marker: 'reported-once',
    replace: 'const keyOf = ({ group, recordIndex, index }) => (isPerGroup ? (group ?? recordIndex) : index)',
    invariants: ['known ids'],
  },
  {
    name: 'postpones a record once for each of its messages',
    marker: 'postponed-once',
    replace: 'failed',
    invariants: ['known ids'],
  },
  {
    name: 'reports one failure of a batch of Kafka, not one of each partition',
    marker: 'first-failure',
    replace: "if (source.reports !== 'each') return failed.slice(0, 1)",
    invariants: ['one end', 'arrived'],
  },
  {
    name: 'reports all failures of a partition',
    marker: 'reported-once',
    replace: 'const keyOf = ({ recordIndex }) => recordIndex',
    invariants: ['known ids'],
  },
  {
    name: 'names a partition and an offset in a text',
    marker: 'identifier-of-offset',
    replace: "return partition === undefined || offset === undefined ? undefined : partition + '-' + offset",
    invariants: ['known ids'],
  },
  {
    name: 'keeps no order in a partition of Kafka',
    marker: 'order-of-partition',
    replace: 'return undefined',
    invariants: ['order', 'known ids', 'one end', 'arrived'],
  },
  {
    name: 'keeps no order in a shard of DynamoDB',
    marker: 'order-of-shard',
    replace: 'groupOf: () => undefined',
    invariants: ['order', 'one end', 'arrived'],
  },
]
