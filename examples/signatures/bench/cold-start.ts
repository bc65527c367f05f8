/**
 * Measures what a signature costs at cold start: how long a fresh process takes to load a bundled Lambda and to return its first
 * response, and how large the bundle is. Runs are interleaved. Prints the medians.
 *
 *     pnpm --filter @lpipe/example-signatures cold-start [rounds]
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { bundle } from '../test/bundle.ts'

const rounds = Number(process.argv[2] ?? 25)

const ways: readonly (readonly [way: string, program: string])[] = [
  ['no signature', '../bench/without'],
  ['TypeScript types', '../bench/from-types-alone'],
  ['valibot', '../bench/from-valibot'],
  ['zod', 'from-schema'],
  ['arktype', '../bench/from-arktype'],
  ['JSON Schema', 'from-json-schema'],
]

const programFor = (file: string): string => `
  const start = performance.now()
  const { handler } = await import(${JSON.stringify(file)})
  const loaded = performance.now()
  process.stdout.write = () => true
  const kwargs = { name: 'Ada', email: 'ada@example.com' }
  const { stats } = await handler([{ path: 'SUBSCRIBE', kwargs }], { getRemainingTimeInMillis: () => 9e4 })
  if (stats.successes !== 1) throw new Error('it did not work')
  process.stderr.write(JSON.stringify([loaded - start, performance.now() - start]))`

const measure = (file: string): readonly [loaded: number, answered: number] => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=DEP0040', '--input-type=module', '-e', programFor(file)],
    {
      encoding: 'utf8',
    },
  )
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stderr)
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

const bundles = await Promise.all(ways.map(async ([way, program]) => ({ way, ...(await bundle(program)) })))
const times = new Map(bundles.map(({ way }) => [way, [] as (readonly [number, number])[]]))
for (const { file } of bundles) measure(file) // fills the file cache
for (let round = 0; round < rounds; round++) {
  for (const { way, file } of bundles) times.get(way)?.push(measure(file))
}

console.log(`medians of ${rounds} fresh processes each, interleaved; Node ${process.version}`)
console.log('| signature | loaded | first answer | bundle, gzipped |\n| --- | --- | --- | --- |')
for (const { way, file } of bundles) {
  const [loaded, answered] = [0, 1].map((at) =>
    median((times.get(way) ?? []).map((one) => one[at as 0 | 1])).toFixed(1),
  )
  const kilobytes = (gzipSync(readFileSync(file)).length / 1000).toFixed(1)
  console.log(`| ${way} | ${loaded} ms | ${answered} ms | ${kilobytes} kB |`)
}
