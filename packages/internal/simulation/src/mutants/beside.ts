import type { Mutant } from './mutant.ts'

/** Defects of the packages beside the engine: metrics, and sending dead letters back. */
export const besideMutants: readonly Mutant[] = [
  {
    name: 'makes a metric of a name that only a message says',
    marker: 'names-of-paths',
    replace: 'payload?.path',
    invariants: ['metrics'],
  },
  {
    name: 'counts a message that failed as dropped',
    marker: 'counted-outcome',
    replace: "count(all, outcome === 'failed' ? 'dropped' : outcome)",
    invariants: ['metrics'],
  },
  {
    name: 'sends a dead letter wherever it says that it came from',
    marker: 'allowed-destination',
    replace: 'false',
    invariants: ['sent back'],
  },
  {
    name: 'deletes a dead letter that was not sent back',
    marker: 'deleted-after-send',
    replace: 'deleted = await remove(queue, [...accepted.keys(), ...kept.keys()])',
    invariants: ['sent back'],
  },
]
