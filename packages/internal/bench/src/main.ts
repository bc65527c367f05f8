/**
 * Runs the benchmarks that are named, or all: `npm run bench`, `npm run bench -- batches cold --rounds 5`. Tables are
 * printed, and written to results/ with the same as JSON.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'

interface Report {
  readonly results: unknown
  readonly text: string
  readonly svg?: string
}

type Run = (rounds: number) => Promise<Report>

/** Each is imported when it runs, so that a missing package of another does not matter. */
const benchmarks: Readonly<Record<string, readonly [rounds: number, load: () => Promise<Run>]>> = {
  batches: [31, async () => (await import('./batches.ts')).batches],
  cold: [21, async () => (await import('./cold.ts')).cold],
  imports: [31, async () => (await import('./imports.ts')).imports],
  'fan-out': [15, async () => (await import('./fan-out.ts')).fanOut],
  memory: [7, async () => (await import('./memory.ts')).memory],
  growth: [15, async () => (await import('./growth.ts')).growth],
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { rounds: { type: 'string' } } })
const names = positionals.length > 0 ? positionals : Object.keys(benchmarks)
const unknown = names.filter((name) => !Object.hasOwn(benchmarks, name))
if (unknown.length > 0) throw new Error(`no benchmark ${unknown}. There are: ${Object.keys(benchmarks).join(', ')}`)

const folder = new URL('../results/', import.meta.url)
mkdirSync(folder, { recursive: true })
const processors = cpus()
const machine = { node: process.version, processor: processors[0]?.model, processors: processors.length }
console.log(Object.values(machine).join(', '))

for (const name of names) {
  const [usual, load] = benchmarks[name] as (typeof benchmarks)[string]
  const rounds = Number(values.rounds ?? usual)
  const run = await load()
  const { results, text, svg } = await run(rounds)
  console.log(`\n${text}`)
  writeFileSync(new URL(`${name}.md`, folder), `${text}\n`)
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify({ machine, rounds, results }, null, 2)}\n`)
  if (svg !== undefined) writeFileSync(new URL(`${name}.svg`, folder), svg)
}
