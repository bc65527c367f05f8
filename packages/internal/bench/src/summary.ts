import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { microsOf } from './batches.ts'
import { memory } from './memory.ts'
import { programs } from './processes.ts'
import type { Medians } from './rounds.ts'
import { table } from './table.ts'

/** Who is compared, with the program that is bundled. */
const contenders = {
  'Promise.allSettled': 'bare',
  'middy + sqs-partial-batch-failure': 'middy',
  'Powertools batch': 'powertools',
  'lpipe, paths': 'lpipe-paths',
} as const

type Name = keyof typeof contenders

const sizes = [1, 10, 100]

/** Bytes of each contender's Lambda: bundled and minified, the AWS SDK outside; and compressed by gzip. */
export const bytesOf = async (name: Name): Promise<{ readonly minified: number; readonly gzip: number }> => {
  const { outputFiles } = await build({
    entryPoints: [join(programs, `${contenders[name]}.ts`)],
    bundle: true,
    write: false,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    external: ['@aws-sdk/*'],
  })
  const bundle = outputFiles[0]?.contents ?? new Uint8Array()
  return { minified: bundle.length, gzip: gzipSync(bundle).length }
}

/** Time, memory and bytes of the same work in one table: no axis is improved at the cost of another unseen. */
export const summary = async (rounds: number) => {
  const times: Record<string, Medians> = {}
  for (const size of sizes) times[size] = await microsOf('SQS', size, rounds, Object.keys(contenders))
  const { results: memories } = await memory(Math.ceil(rounds / 5))
  const results: Record<string, object> = {}
  const rows: string[][] = []
  for (const name of Object.keys(contenders) as Name[]) {
    const bytes = await bytesOf(name)
    const micros = sizes.map((size) => times[size]?.[name] ?? 0)
    const peak = (memories[name]?.peak ?? 0) / 2 ** 20
    results[name] = { micros: Object.fromEntries(sizes.map((size, at) => [size, micros[at]])), peak, ...bytes }
    const kilobytes = (count: number) => (count / 1000).toFixed(1)
    rows.push([
      name,
      ...micros.map((time) => time.toFixed(1)),
      peak.toFixed(0),
      kilobytes(bytes.minified),
      kilobytes(bytes.gzip),
    ])
  }
  const head = [
    '',
    ...sizes.map((size) => `µs, batch of ${size}`),
    'peak MiB, 10,000 records',
    'kB minified',
    'kB gzip',
  ]
  return { results, text: table([head, ...rows]) }
}
