import type { Mutant } from './mutant.ts'

/** Defects of the packages beside the engine: metrics, and sending dead letters back. */
export const besideMutants: readonly Mutant[] = [
  {
    name: 'makes a metric of a name that only a message says',
    file: 'metrics/src/invocation-metrics.ts',
    find: 'payload?.path !== undefined && router?.pathNames.has(payload.path) === true ? payload.path : undefined',
    replace: 'payload?.path',
    invariants: ['metrics'],
  },
  {
    name: 'counts a message that failed as dropped',
    file: 'metrics/src/invocation-metrics.ts',
    find: 'count(all, outcome)',
    replace: "count(all, outcome === 'failed' ? 'dropped' : outcome)",
    invariants: ['metrics'],
  },
  {
    name: 'sends a dead letter wherever it says that it came from',
    file: 'redrive/src/redrive.ts',
    find: '} else if (!destinations.allows(arn)) {',
    replace: '} else if (destinations === null) {',
    invariants: ['sent back'],
  },
  {
    name: 'deletes a dead letter that was not sent back',
    file: 'redrive/src/redrive.ts',
    find: 'deleted = await remove(queue, [...accepted.keys()])',
    replace: 'deleted = await remove(queue, [...accepted.keys(), ...kept.keys()])',
    invariants: ['sent back'],
  },
]
