/**
 * Measures what the tracing channels cost without a subscriber: the preset as it is, against the same preset with each check
 * for subscribers compiled to `false`. Interleaved in one process; a second copy of the first shows the noise.
 *
 *   pnpm --filter @lpipe/opentelemetry run bench
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { channels } from '@lpipe/core/middleware'
import { silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { build, type Plugin } from 'esbuild'
import type { lpipe as Lpipe } from 'lpipe-preset'

const rounds = 300
const batchesInRound = 400
const records = 10

/** A check whether a channel has subscribers, as the sources write it. */
const check = /\b\w+\.hasSubscribers\b/g

/** No subscriber, and no check for one. */
const withoutChannels: Plugin = {
  name: 'without-channels',
  setup: ({ onLoad }) => {
    onLoad({ filter: /packages\/[\w-]+\/src\/.*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(check, 'false'),
      loader: 'ts',
    }))
  },
}

const folder = mkdtempSync(join(tmpdir(), 'lpipe-channels-'))

/**
 * Returns a copy of the preset, with code that V8 compiles for it alone.
 *
 * @throws Error if the plugin replaced nothing or not everything: the comparison would be void
 */
const copyOf = async (name: string, plugins: Plugin[]): Promise<typeof Lpipe> => {
  const { outputFiles } = await build({
    stdin: {
      contents: "export { lpipe } from 'lpipe-preset'",
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['@lpipe/source'],
    minifySyntax: true,
    external: ['@aws-sdk/*', '@aws-lambda-powertools/*'],
    write: false,
    plugins,
  })
  const text = outputFiles[0]?.text ?? ''
  const checks = text.match(check)?.length ?? 0
  const mentions = text.match(/hasSubscribers/g)?.length ?? 0
  const isRight = plugins.includes(withoutChannels) ? mentions === 0 : checks > 0 && checks === mentions
  if (!isRight) {
    throw new Error(
      `the copy '${name}' mentions hasSubscribers ${mentions} times, ${checks} of them as a check; adapt \`check\``,
    )
  }
  console.log(`${name}: ${checks} checks for subscribers`)
  const file = join(folder, `${name}.mjs`)
  writeFileSync(file, text)
  const { lpipe } = (await import(pathToFileURL(file).href)) as { readonly lpipe: typeof Lpipe }
  return lpipe
}

const ignore = (): void => undefined
const logger = silentLogger()
const event = sqsEvent(Array.from({ length: records }, (_, id) => ({ path: 'ADD', kwargs: { id } })))
const context = { awsRequestId: 'bench', getRemainingTimeInMillis: () => 30_000 }

let sum = 0
const add = ({ id }: { readonly id: number }): void => {
  sum += id
}

/** Returns a function that runs one batch on a copy of the preset. */
const handlerOf = (lpipe: typeof Lpipe): (() => Promise<unknown>) => {
  const handler = middy().use(lpipe({ paths: { ADD: [add] }, logger })) as unknown as (
    event: object,
    context: object,
  ) => Promise<unknown>
  return () => handler(event, { ...context })
}

const microseconds = async (run: () => Promise<unknown>): Promise<number> => {
  const started = performance.now()
  for (let batch = 0; batch < batchesInRound; batch++) await run()
  return ((performance.now() - started) * 1000) / batchesInRound
}

const quantile = (figures: readonly number[], part: number): number =>
  figures.toSorted((a, b) => a - b)[Math.floor(figures.length * part)] ?? Number.NaN

/** Measures all in turns, in an order that changes with each round. */
const measure = async (
  runs: ReadonlyMap<string, () => Promise<unknown>>,
): Promise<ReadonlyMap<string, readonly number[]>> => {
  const figures = new Map([...runs.keys()].map((name) => [name, [] as number[]]))
  for (let round = -30; round < rounds; round++) {
    const order = [...runs]
    const turned = [...order.slice(Math.abs(round) % order.length), ...order.slice(0, Math.abs(round) % order.length)]
    for (const [name, run] of turned) {
      const figure = await microseconds(run)
      if (round >= 0) figures.get(name)?.push(figure) // the first rounds warm up
    }
  }
  return figures
}

const report = (figures: ReadonlyMap<string, readonly number[]>, base: string): void => {
  const against = figures.get(base) ?? []
  for (const [name, own] of figures) {
    const ratios = own.map((figure, round) => figure / (against[round] ?? Number.NaN))
    const [low, middle, high] = [0.25, 0.5, 0.75].map((part) => quantile(ratios, part).toFixed(3))
    console.log(`${name.padEnd(36)} ${quantile(own, 0.5).toFixed(2).padStart(7)} µs   ${middle}   (${low} to ${high})`)
  }
}

const as = 'no subscriber'
const without = 'without the channels'
const first = handlerOf(await copyOf('first', []))
const again = handlerOf(await copyOf('again', []))
const bare = handlerOf(await copyOf('bare', [withoutChannels]))

console.log(`${rounds} rounds of ${batchesInRound} batches of ${records} SQS records, Node ${process.versions.node}`)
console.log(`${'median of a batch'.padEnd(49)} ratio   (middle half)`)
report(
  await measure(
    new Map([
      [without, bare],
      [as, first],
      [`${as}, a second copy`, again],
    ]),
  ),
  without,
)

const subscriber = { start: ignore, end: ignore, asyncStart: ignore, asyncEnd: ignore, error: ignore }
for (const channel of [channels.batch, channels.message, channels.function, channels.send])
  channel.subscribe(subscriber)
report(
  await measure(
    new Map([
      [without, bare],
      ['a subscriber that does nothing', first],
    ]),
  ),
  without,
)
rmSync(folder, { recursive: true })
if (sum === 0) throw new Error('no function ran')
