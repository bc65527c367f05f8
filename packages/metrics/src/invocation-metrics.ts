import type { Batch, Message, Outcome } from '@lpipe/core'

/** A metric of an invocation. */
export interface Metric {
  readonly name: string
  readonly unit: 'Count' | 'Milliseconds'
  readonly value: number
}

/** Most characters of a metric's name. */
const maxNameLength = 255

/** Returns a name that CloudWatch takes: printable ASCII. */
const metricName = (name: string): string => name.replace(/[^\x20-\x7E]+/g, '_').slice(0, maxNameLength)

/** Adds up the metrics of paths whose names are the same for CloudWatch. */
const summed = (metrics: readonly Metric[]): readonly Metric[] =>
  [...Map.groupBy(metrics, ({ name }) => name)].map(([name, [first, ...others]]) => ({
    name,
    unit: (first as Metric).unit,
    value: others.reduce((sum, { value }) => sum + value, (first as Metric).value),
  }))

type CountName = 'received' | Outcome
type Counts = Record<CountName, number>

const zero: Readonly<Counts> = { received: 0, succeeded: 0, dropped: 0, failed: 0 }

/** Whether one of the metrics of an invocation has, or may have, a name. */
export const isMetricName = (name: string): boolean =>
  ['sent', 'sendFailures', 'duration'].includes(name) ||
  Object.keys(zero).some((count) => name === count || name.startsWith(`${count}.`))

/**
 * Returns what an invocation did. A message without an outcome has failed: it stays on its queue, because the invocation
 * throws.
 */
export const invocationMetrics = (batch: Batch): readonly Metric[] => {
  const all = { ...zero }
  const byPath = new Map<string, Counts>()
  for (const message of batch.received) {
    const { outcome = 'failed' } = message
    // mutant: counted-outcome
    count(all, outcome)
    const path = pathOf(batch, message)
    if (path === undefined) continue
    const counts = byPath.get(path) ?? { ...zero }
    count(counts, outcome)
    byPath.set(path, counts)
  }
  const { sent, failed: sendFailures } = batch.sendCounters
  return [
    ...metricsOf({ ...all, sent, sendFailures }),
    { name: 'duration', unit: 'Milliseconds', value: Math.round(performance.now() - batch.startedAt) },
    ...summed(
      [...byPath].flatMap(([path, counts]) =>
        metricsOf(counts)
          .filter(({ value }) => value > 0)
          .map((metric) => ({ ...metric, name: metricName(`${metric.name}.${path}`) })),
      ),
    ),
  ]
}

const count = (counts: Counts, outcome: Outcome): void => {
  counts.received += 1
  counts[outcome] += 1
}

const metricsOf = (counts: Readonly<Record<string, number>>): Metric[] =>
  Object.entries(counts).map(([name, value]) => ({ name, unit: 'Count', value }))

/**
 * Returns the path that a message began on, if the graph has it. A name that only the message says must not become a
 * metric: each new one costs money, and the name is a value of the message.
 */
const pathOf = ({ router }: Batch, { payload }: Message): string | undefined =>
  // mutant: names-of-paths
  payload?.path !== undefined && router?.pathNames.has(payload.path) === true ? payload.path : undefined
