import type { Pipeline } from '@lpipe/local/tools'
import { functionId } from '@lpipe/system'
import type { LambdaStatus, NodeStats } from '../api/types.ts'
import type { Entries } from './entries.ts'
import { resourceId } from './graph.ts'

/** What a node holds now. */
export type Gauge = Pick<NodeStats, 'inFlight' | 'backlog' | 'oldestMillis' | 'memoryBytes'>

/** Reads what queues, streams and Lambdas hold now. */
export const readGauges = async (
  pipeline: Pick<Pipeline, 'counts'>,
  entries: Pick<Entries, 'openIn' | 'oldestIn'>,
  streams: readonly string[],
  lambdas: readonly LambdaStatus[],
): Promise<ReadonlyMap<string, Gauge>> => {
  const gauges = new Map<string, Gauge>()
  for (const [name, { visible, delayed, inFlight }] of await pipeline.counts()) {
    const id = resourceId('sqs', name)
    const backlog = visible + delayed
    gauges.set(id, { inFlight, backlog, ...oldestOf(backlog + inFlight > 0 ? entries.oldestIn(id) : undefined) })
  }
  for (const name of streams) {
    const id = resourceId('kinesis', name)
    gauges.set(id, { backlog: entries.openIn(id), ...oldestOf(entries.oldestIn(id)) })
  }
  for (const { name, environments } of lambdas) {
    if (environments.length === 0) continue
    gauges.set(functionId(name), {
      inFlight: environments.filter(({ busy }) => busy).length,
      memoryBytes: Math.max(...environments.map(({ memoryBytes }) => memoryBytes)),
    })
  }
  return gauges
}

const oldestOf = (sentAt: number | undefined): Pick<Gauge, 'oldestMillis'> =>
  sentAt === undefined ? {} : { oldestMillis: Math.max(0, Date.now() - sentAt) }
