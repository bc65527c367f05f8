/**
 * What the tracing channels cost when nobody listens: the preset as it is, against the same preset with each question
 * "does anybody listen?" compiled to `false`. Interleaved in one process; a second copy of the first shows the noise.
 *
 *   pnpm --filter @lpipe/opentelemetry run bench
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { channels } from '@lpipe/core'
import { sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { build, type Plugin } from 'esbuild'
import type { lpipe as Lpipe } from 'lpipe-preset'

const rounds = 300
const batchesInRound = 400
const records = 10

const question = /\b\w+\.hasSubscribers\b/g

/** No subscriber, and no question whether there is one. */
const withoutChannels: Plugin = {
  name: 'without-channels',
  setup: ({ onLoad }) => {
    onLoad({ filter: /packages\/[\w-]+\/src\/.*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(question, 'false'),
      loader: 'ts',
    }))
  },
}

const folder = mkdtempSync(join(tmpdir(), 'lpipe-channels-'))

/**
 * A copy of the preset of its own, with code that V8 compiles for it alone.
 *
 * @throws Error if the copy asks about subscribers and should not, or does not ask and should: the comparison would be void
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
  const questions = text.match(question)?.length ?? 0
  if (questions > 0 === plugins.includes(withoutChannels)) {
    throw new Error(
      `the copy '${name}' asks ${questions} times whether a channel has subscribers; \`question\` is out of date`,
    )
  }
  console.log(`${name}: asks in ${questions} places whether a channel has subscribers`)
  const file = join(folder, `${name}.mjs`)
  writeFileSync(file, text)
  const { lpipe } = (await import(pathToFileURL(file).href)) as { readonly lpipe: typeof Lpipe }
  return lpipe
}

const nothing = (): void => undefined
const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }
const event = sqsEvent(Array.from({ length: records }, (_, id) => ({ path: 'ADD', kwargs: { id } })))
const context = { awsRequestId: 'bench', getRemainingTimeInMillis: () => 30_000 }

let sum = 0
const add = ({ id }: { readonly id: number }): void => {
  sum += id
}

/** A handler on a copy of the preset, as a function that runs one batch. */
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

/** Measures all in turn, in an order that changes with each round. */
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

const as = 'nobody listens'
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
      [`${as}, the same again`, again],
    ]),
  ),
  without,
)

const listener = { start: nothing, end: nothing, asyncStart: nothing, asyncEnd: nothing, error: nothing }
for (const channel of [channels.batch, channels.message, channels.function, channels.send]) channel.subscribe(listener)
report(
  await measure(
    new Map([
      [without, bare],
      ['a listener that does nothing', first],
    ]),
  ),
  without,
)
rmSync(folder, { recursive: true })
if (sum === 0) throw new Error('nothing ran')
