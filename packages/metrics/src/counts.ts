import { type Batch, InvalidPathError, type Message, type Outcome } from '@lpipe/core'

/** A metric of an invocation. */
export interface Metric {
  readonly name: string
  readonly unit: 'Count' | 'Milliseconds'
  readonly value: number
}

/** The most characters of a metric's name. */
const longestName = 255

/** What is counted of each path, and of all of them. */
type Count = 'received' | Outcome
const zero: Readonly<Record<Count, number>> = { received: 0, succeeded: 0, dropped: 0, failed: 0 }

/** The names of what is always counted. */
export const names: readonly string[] = [...Object.keys(zero), 'sent', 'sendFailures', 'duration']

/** What an invocation did. A message without an outcome stays on its queue: the invocation throws. */
export const metricsOf = (batch: Batch): readonly Metric[] => {
  const all = { ...zero }
  const byPath = new Map<string, Record<Count, number>>()
  for (const message of batch.received) {
    const outcome = message.outcome ?? 'failed'
    all.received += 1
    all[outcome] += 1
    const path = pathOf(batch, message)
    if (path === undefined) continue
    const counts = byPath.get(path) ?? { ...zero }
    counts.received += 1
    counts[outcome] += 1
    byPath.set(path, counts)
  }
  const { sent, refused: sendFailures } = batch.tally
  return [
    ...countsIn({ ...all, sent, sendFailures }),
    { name: 'duration', unit: 'Milliseconds', value: Math.round(performance.now() - batch.started) },
    ...[...byPath].flatMap(([path, counts]) =>
      countsIn(counts)
        .filter(({ value }) => value > 0)
        .map((metric) => ({ ...metric, name: `${metric.name}.${path}`.slice(0, longestName) })),
    ),
  ]
}

const countsIn = (counts: Readonly<Record<string, number>>): Metric[] =>
  Object.entries(counts).map(([name, value]) => ({ name, unit: 'Count', value }))

/** The path that a message began on: none that only a message names, for anybody could make metrics with that. */
const pathOf = ({ router }: Batch, { payload, path, result }: Message): string | undefined => {
  if (router === undefined) return undefined
  const nowhere = path === undefined && result?.status === 'rejected' && result.reason instanceof InvalidPathError
  return nowhere ? undefined : payload?.path
}
