import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Source } from './sources.ts'
import { table } from './table.ts'

/** What is profiled, for how long. */
export interface Profiled {
  readonly source: Source
  readonly contender: string
  readonly size: number
  readonly millis: number
}

const cases: readonly Omit<Profiled, 'millis'>[] = [
  { source: 'SQS', contender: 'lpipe, paths', size: 1 },
  { source: 'SQS', contender: 'lpipe, paths', size: 10 },
  { source: 'SQS FIFO', contender: 'lpipe, FIFO', size: 10 },
  { source: 'SQS FIFO', contender: 'lpipe, FIFO', size: 100 },
]

const maxFiles = 16

/**
 * Microseconds a batch that V8's sampling profiler finds in each source file, without what is called from it. The profiler itself
 * takes time, so that a sum is more than the benchmark's figure.
 *
 * @param rounds tenths of a second for each case
 */
export const profile = async (rounds: number) => {
  const results: Record<string, Record<string, number>> = {}
  const tables: string[] = []
  for (const one of cases) {
    const micros = await microsByFile({ ...one, millis: rounds * 100 })
    const title = `${one.source}, a batch of ${one.size}`
    results[title] = micros
    tables.push(ranked(title, micros))
  }
  return { results, text: tables.join('\n\n') }
}

const microsByFile = async (workerData: Profiled): Promise<Record<string, number>> => {
  const worker = new Worker(new URL('./profile-worker.ts', import.meta.url), {
    workerData,
    execArgv: ['--enable-source-maps'], // to say which source file a function was written in
  })
  const [micros] = await once(worker, 'message')
  await worker.terminate()
  return micros
}

const ranked = (title: string, micros: Readonly<Record<string, number>>): string => {
  const rows = Object.entries(micros).sort(([, one], [, other]) => other - one)
  const sum = rows.reduce((total, [, time]) => total + time, 0)
  const others = rows.slice(maxFiles).reduce((total, [, time]) => total + time, 0)
  const row = (name: string, time: number) => [name, time.toFixed(2), `${Math.round((time / sum) * 100)} %`]
  return table([
    [title, 'µs', 'share'],
    ...rows.slice(0, maxFiles).map(([file, time]) => row(file, time)),
    row('others', others),
    row('together', sum),
  ])
}
