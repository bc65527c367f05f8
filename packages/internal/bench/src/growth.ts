import { silentLogger } from '@lpipe/testing'
import middy from '@middy/core'
import { action, lpipe, payload } from 'lpipe-preset'
import { plot, type Series } from './plot.ts'
import { interleaved } from './rounds.ts'
import { table } from './table.ts'
import { context, sqs, work } from './work.ts'

const forwardTo = (path: string) => async (kwargs: object) => payload({ path, kwargs })

const chainOf = (depth: number) =>
  Object.fromEntries(
    Array.from({ length: depth }, (_, at) => [
      at === 0 ? 'JOB' : `STEP_${at}`,
      [at === depth - 1 ? work : forwardTo(`STEP_${at + 1}`)],
    ]),
  )

const pathsOf = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      at === count - 1 ? 'JOB' : `PATH_${at}`,
      [action({ functions: [work] })],
    ]),
  )

const functionsOf = (count: number) => ({ JOB: [action({ functions: Array.from({ length: count }, () => work) })] })

/** The dimensions that grow, by title: a graph and an event of a size. */
const grown = {
  'paths in the graph': { sizes: [1, 10, 50, 100, 250, 500, 1000], graph: pathsOf, records: () => 10 },
  'functions of a path': { sizes: [1, 5, 10, 25, 50, 75, 100], graph: functionsOf, records: () => 10 },
  'depth of a chain of payloads': { sizes: [1, 10, 50, 100, 200, 300, 400, 500], graph: chainOf, records: () => 1 },
  'records of a batch': {
    sizes: [1, 100, 1000, 2500, 5000, 7500, 10_000],
    graph: () => ({ JOB: [work] }),
    records: (size: number) => size,
  },
}

/** Microseconds per invocation by size, and a plot of them. */
export const growth = async (rounds: number) => {
  const series: Series[] = []
  for (const [title, { sizes, graph, records }] of Object.entries(grown)) {
    const measure = async (size: number): Promise<readonly [size: number, micros: number]> => {
      const handler = middy().use(lpipe({ paths: graph(size), logger: silentLogger() }))
      const event = sqs(records(size)) as never
      const called = context() as never
      const { it = 0 } = await interleaved({ it: () => handler(event, called) }, Math.ceil(2000 / size), rounds)
      return [size, it]
    }
    const points: (readonly [size: number, micros: number])[] = []
    for (const size of sizes) await measure(size) // warms up, so that the first one is not slower
    for (const size of sizes) points.push(await measure(size))
    series.push({ title, points })
  }
  const text = table([
    ['µs an invocation', ...series.map(({ title }) => title)],
    ...['least', 'most'].map((end) => [
      end,
      ...series.map(({ points }) => {
        const [size, micros] = points.at(end === 'least' ? 0 : -1) ?? [0, 0]
        return `${size}: ${micros.toFixed(1)}`
      }),
    ]),
  ])
  return { results: series, text, svg: plot(series) }
}
