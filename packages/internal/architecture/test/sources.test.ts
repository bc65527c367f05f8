import { describe, expect, test } from '@jest/globals'
import { circlesIn, exportsOf, filesIn, hasDocstring } from '../src/sources.ts'

const packages = [
  ...new Set(
    filesIn('*/src/**/*.ts', 'internal/*/src/**/*.ts').map(({ path }) => path.slice(0, path.indexOf('/src/'))),
  ),
]

describe('circles of files', () => {
  test.each(packages)('%s has none, types counted', (folder) => {
    expect(circlesIn(filesIn(`${folder}/{src,test}/**/*.ts`))).toEqual([])
  })

  test('are found', () => {
    const files = [
      { path: 'a/src/one.ts', text: "import type { Two } from './two.ts'" },
      { path: 'a/src/two.ts', text: "export { one } from './inner/three.ts'" },
      { path: 'a/src/inner/three.ts', text: "const load = () => import('../one.ts')" },
    ]
    expect(circlesIn(files)).toEqual(['a/src/one.ts > a/src/two.ts > a/src/inner/three.ts > a/src/one.ts'])
  })
})

describe('the name of an event source', () => {
  const name = "'(?:sqs|kinesis|raw)'"
  const comparison = new RegExp(`[!=]==? ?${name}|${name} ?[!=]==?|case ${name}|\\?\\? ?${name}`)
  /** An object that is read by a name: its type is a Record, before it or behind it. */
  const table = /^( *)(?:export )?const \w+(?:: .*Record<.*>)? = (\{.*\}|\{\n[\s\S]*?\n\1\})(.*)$/gm
  const key = /(?:^|[{,])\s*(?:sqs|kinesis|raw)\s*[:,}]/m

  const isTable = (text: string): boolean =>
    [...text.matchAll(table)].some(
      ([line, , members = '']) => /Record<.*> = |\} as (?:Readonly<)?Record</.test(line) && key.test(members),
    )
  const files = filesIn('*/src/**/*.ts').filter(({ path }) => !path.startsWith('batch-decoder/src/sources/'))

  test('is compared with nowhere outside of its own file: the source has a property instead', () => {
    const others = files.filter(({ path }) => !path.startsWith('queue-'))
    expect(others.filter(({ text }) => comparison.test(text)).map(({ path }) => path)).toEqual([])
  })

  test('is the key of no table: those that there are know types of queues', () => {
    expect(files.filter(({ text }) => isTable(text)).map(({ path }) => path)).toEqual([
      'batch-decoder/src/detect.ts', // the names that the option `source` takes
      'dev/src/actions/record.ts',
      'dev/src/environment/places.ts',
      'dev/src/trace/graph.ts',
      'lpipe-preset/src/queue.ts',
      'opentelemetry/src/attributes.ts',
      'system/src/asyncapi.ts',
      'system/src/findings/place.ts',
    ])
  })

  test('nor is a record read by the name of its service, which only its source knows', () => {
    const reading = files.filter(
      ({ path, text }) =>
        !/^(?:source-|dev|local|testing)|\/sources\//.test(path) &&
        /'aws:(?:sqs|kinesis|kafka|sns|dynamodb)'|Kafka'/.test(text),
    )
    expect(reading.map(({ path }) => path)).toEqual(['redrive/src/sqs-record.ts']) // makes records, as AWS does
  })

  test.each(["if (source.name === 'sqs')", "'raw' !== type", "case 'kinesis':", "source?.name ?? 'raw'"])(
    'is found: %s',
    (code) => {
      expect(code).toMatch(comparison)
    },
  )

  test.each([
    'const origins: Readonly<Record<string, Origin>> = { sqs: sqsOrigin, kinesis: kinesisOrigin }',
    'const origins: Record<string, Origin> = { sqs }',
    'const origins: Readonly<Record<string, Origin>> = {\n  first,\n  kinesis: {\n    service,\n  },\n}',
    '  const origins: Record<string, Origin> = {\n    raw,\n  }',
    "const texts = { raw: 'an event' } as Readonly<Record<string, string>>",
  ])('is found as a key: %j', (code) => {
    expect(isTable(code)).toBe(true)
  })
})

/** What runs in a Lambda, without the debug switch. */
const inLambda = filesIn('{core,batch-*,error-classifier,message-normalizer,path-router,payload-chain}/src/**/*.ts')
  .concat(
    filesIn(
      '{lpipe-preset,queue-*,source-*,envelopes,circuit-breaker,json-schema,sentry,metrics,opentelemetry}/src/**/*.ts',
    ),
  )
  .filter(({ path }) => path !== 'core/src/debug.ts')

test('`request.response` is read once, after the handler, and written once', () => {
  const mentions = inLambda.flatMap(({ path, text }) =>
    [...text.replace(/\/\*[\s\S]*?\*\//g, '').matchAll(/.*\brequest\.response\b.*/g)].map(
      ([line]) => `${path}: ${line.trim()}`,
    ),
  )
  expect(mentions).toEqual([
    'batch-response/src/failures.ts: return request.response', // a request of its own
    'core/src/batch/response-guard.ts: return this.#request.response',
    'core/src/batch/response-guard.ts: else this.#request.response = response',
  ])
})

describe('public exports', () => {
  const entries = filesIn('*/package.json').flatMap(({ path, text }) => {
    const manifest: { private?: boolean; exports: Record<string, string | { '@lpipe/source': string }> } =
      JSON.parse(text)
    if (manifest.private) return []
    return Object.values(manifest.exports).flatMap((target) =>
      typeof target === 'string' ? [] : [path.replace('package.json', target['@lpipe/source'].slice(2))],
    )
  })

  test.each(entries)('%s: each has a docstring', (entry) => {
    const without = exportsOf(entry).filter((one) => !hasDocstring(one))
    expect(without.map(({ name, file }) => `${name} in ${file}`)).toEqual([])
  })

  test('@lpipe/core has few names: a user can read them all', () => {
    const names = exportsOf('core/src/index.ts').map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['fn', 'queue', 'FailButContinue', 'Kwargs']))
    expect(names.length).toBeLessThanOrEqual(40)
  })
})
