/**
 * Runs the benchmarks that are named, or all: `npm run bench`, `npm run bench -- batches cold --rounds 5`. Tables are
 * printed, and written to results/ with the same as JSON. With `--quick` it takes about a minute, and nothing is written.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'

interface Report {
  readonly results: unknown
  readonly text: string
  readonly svg?: string
}

interface Benchmark {
  readonly rounds: number
  /** Rounds with `--quick`; without it the benchmark is left out. */
  readonly quick?: number
  /** It is imported when it runs, so that a missing package of another does not matter. */
  readonly load: () => Promise<(rounds: number) => Promise<Report>>
}

const benchmarks: Readonly<Record<string, Benchmark>> = {
  summary: { rounds: 31, quick: 11, load: async () => (await import('./summary.ts')).summary },
  io: { rounds: 11, quick: 1, load: async () => (await import('./io.ts')).io },
  'fan-out': { rounds: 15, quick: 1, load: async () => (await import('./fan-out.ts')).fanOut },
  batches: { rounds: 31, load: async () => (await import('./batches.ts')).batches },
  profile: { rounds: 30, load: async () => (await import('./profile.ts')).profile },
  decoding: { rounds: 301, load: async () => (await import('./decoding.ts')).decoding },
  cold: { rounds: 21, quick: 3, load: async () => (await import('./cold.ts')).cold },
  imports: { rounds: 31, quick: 3, load: async () => (await import('./imports.ts')).imports },
  memory: { rounds: 7, load: async () => (await import('./memory.ts')).memory },
  growth: { rounds: 15, load: async () => (await import('./growth.ts')).growth },
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string' }, quick: { type: 'boolean', default: false } },
})
const quickOnes = Object.keys(benchmarks).filter((name) => benchmarks[name]?.quick !== undefined)
const names = positionals.length > 0 ? positionals : values.quick ? quickOnes : Object.keys(benchmarks)
const unknown = names.filter((name) => !Object.hasOwn(benchmarks, name))
if (unknown.length > 0) throw new Error(`no benchmark ${unknown}. There are: ${Object.keys(benchmarks).join(', ')}`)

const folder = new URL('../results/', import.meta.url)
mkdirSync(folder, { recursive: true })
const processors = cpus()
const machine = { node: process.version, processor: processors[0]?.model, processors: processors.length }
/** How many processes ran or waited over the last minute, on average: if more than processors, the figures are too high. */
const loadNow = (): number => Math.round((loadavg()[0] ?? 0) * 100) / 100
console.log(`${Object.values(machine).join(', ')} processors, load ${loadNow()}`)

for (const name of names) {
  const { rounds: usual, quick = usual, load } = benchmarks[name] as Benchmark
  const rounds = Number(values.rounds ?? (values.quick ? quick : usual))
  const run = await load()
  const loads = { before: loadNow() }
  const { results, text, svg } = await run(rounds)
  const report = { machine, load: { ...loads, after: loadNow() }, rounds, results }
  console.log(`\n${text}`)
  if (values.quick) continue
  writeFileSync(new URL(`${name}.md`, folder), `${text}\n`)
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(report, null, 2)}\n`)
  if (svg !== undefined) writeFileSync(new URL(`${name}.svg`, folder), svg)
}
