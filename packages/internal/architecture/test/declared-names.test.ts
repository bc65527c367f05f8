import { describe, expect, test } from '@jest/globals'
import { declaredNames } from '../src/declared-names.ts'
import { filesIn } from '../src/sources.ts'

/**
 * Words that are plain English, and had a meaning of this project's own. They are not the name of a file, a type, a function, a
 * variable, a parameter or a member, except where they have their plain meaning.
 */
interface Word {
  readonly name: string
  readonly term: string
  /** The plain meanings, and the folders or files in which the name has them. */
  readonly plain?: Readonly<Record<string, readonly string[]>>
}

const tools = ['cli/', 'redrive/', 'dev/']

const words: readonly Word[] = [
  {
    name: 'letter',
    term: 'EntryInput, DeadLetterMessage',
    plain: {
      'a dead letter': [...tools, 'payload-chain/src/dead-letter.ts', 'internal/simulation/'],
      'a letter of the alphabet': [
        'lpipe-preset/src/mermaid.ts',
        'path-router/src/names.ts',
        'system/src/path-named.ts',
      ],
    },
  },
  {
    name: 'letters',
    term: 'EntryInput, DeadLetterMessage',
    plain: {
      'dead letters': [...tools, 'core/src/adapters/sender.ts', 'core/src/outbox/outbox.ts', 'internal/simulation/'],
    },
  },
  {
    name: 'waiting',
    term: 'PendingEntry',
    plain: {
      'what waits': ['core/src/outbox/delivery/', 'error-classifier/src/capture.ts', 'dev/', 'internal/'],
    },
  },
  {
    name: 'take',
    term: 'nextBatch',
    plain: { 'receives messages of a queue, and deletes them': ['dev/src/dead-letters/'] },
  },
  {
    name: 'rest',
    term: 'backOff',
    plain: {
      'what remains of a list or a text': [...tools, 'core/src/outbox/outbox.ts', 'signatures/', 'internal/'],
      'parameters without a default, as in `...rest`': [
        'opentelemetry/src/listen.ts',
        'path-router/src/edges/accepted.ts',
        'json-schema/src/infer.ts',
      ],
    },
  },
  {
    name: 'fail',
    term: 'failEntry',
    plain: {
      "a member of Lambda's context": ['local/src/run-handler.ts', 'redrive/src/dry-run.ts', 'testing/src/invoke.ts'],
      'the opposite of succeed': ['circuit-breaker/', 'opentelemetry/', 'dev/src/trace/stats.ts', 'internal/stress/'],
      'ends the invocation with its error': ['core/src/batch/response-guard.ts'],
      'reports a diagnostic': ['signatures/'],
    },
  },
  { name: 'held', term: 'buffered', plain: { 'stored by a queue': ['internal/simulation/src/checks/sends.ts'] } },
  { name: 'hold', term: 'buffer' },
  {
    name: 'release',
    term: 'commit',
    plain: { 'gives a process back to its pool': ['dev/src/lambdas/lambda.ts'] },
  },
  {
    name: 'refused',
    term: 'sendFailures',
    plain: {
      'values that a schema does not accept': ['system/src/fits/'],
      'the service did not accept, as simulated': ['internal/'],
    },
  },
  {
    name: 'refuse',
    term: 'throwInvalidRecord, hasIssues',
    plain: {
      'answers with a failure': [
        'local/src/lambda-server.ts',
        'internal/simulation/',
        'testing/src/memory-queue.ts',
        'dev/src/options.ts',
      ],
    },
  },
  { name: 'further', term: 'addHop' },
  { name: 'through', term: 'queues' },
  {
    name: 'broken',
    term: 'failedGroups',
    plain: { 'cannot be built or read': ['dev/src/runtime/built.ts', 'signatures/src/generate.ts', 'internal/'] },
  },
  {
    name: 'around',
    term: 'wrapMessage',
    plain: { 'other middlewares before and after lpipe': ['internal/simulation/'] },
  },
  { name: 'maker', term: 'parse' },
  { name: 'reader', term: 'parse' },
  {
    name: 'seen',
    term: 'functionInputs',
    plain: { 'what was visited': [...tools] },
  },
  {
    name: 'given',
    term: 'input',
    plain: {
      'an argument or an option, before it is read': [...tools, 'core/src/language/queue.ts', 'system/'],
      'the recorded case': ['internal/conformance/'],
    },
  },
  {
    name: 'passed',
    term: 'forwarded',
    plain: {
      'the opposite of failed': ['internal/mutation/', 'local/src/retry-plan.ts', 'local/src/stream-delivery.ts'],
      'the functions on the way of a cycle': ['system/src/findings/cycles.ts'],
    },
  },
  { name: 'waits', term: 'isPending' },
  {
    name: 'left',
    term: 'remainingMillis',
    plain: {
      'what remains of a list': [...tools, 'core/src/schema/', 'internal/mutation/', 'internal/simulation/'],
      'the opposite of right': ['internal/bench/src/plot.ts'],
      'went away': ['system/src/findings/cycles.ts'],
    },
  },
  { name: 'look', term: 'tryOr' },
  { name: 'looked', term: 'deadlineChecked' },
  { name: 'put', term: 'setOwn' },
  {
    name: 'compiled',
    term: 'fromAjv',
    plain: { 'a validator that ajv has compiled': ['json-schema/src/index.ts'] },
  },
  { name: 'loud', term: 'byUpperCase' },
  { name: 'injected', term: 'inject' },
  {
    name: 'carried',
    term: 'extract, json-types',
    plain: { 'bytes of a call': ['internal/simulation/src/checks/waiting.ts'] },
  },
  {
    name: 'matched',
    term: 'verify',
    plain: { 'the number of matches': ['redrive/src/dead-letter-queue.ts'] },
  },
  { name: 'relaxed', term: 'defaults' },
  { name: 'tidy', term: 'normalize' },
  { name: 'trouble', term: 'diagnostics' },
  {
    name: 'ending',
    term: 'InvocationResult',
    plain: { "a file name's": ['signatures/src/project.ts'] },
  },
]

const declared = filesIn('*/src/**/*.ts', 'internal/*/src/**/*.ts').flatMap((file) =>
  declaredNames(file).map(({ name, line }) => ({ name: name.toLowerCase(), path: file.path, line })),
)

describe('a declared name has its plain meaning', () => {
  test.each(words)('$name: otherwise write $term', ({ name, plain = {} }) => {
    const places = declared.filter((one) => one.name === name)
    const allowed = Object.values(plain).flat()
    const others = places.filter(({ path }) => !allowed.some((prefix) => path.startsWith(prefix)))
    expect(others.map(({ path, line }) => `${path}:${line}`)).toEqual([])
  })

  test('each folder or file that is allowed uses the name', () => {
    const unused = words.flatMap(({ name, plain = {} }) => {
      const paths = declared.filter((one) => one.name === name).map(({ path }) => path)
      const prefixes = Object.values(plain).flat()
      return prefixes
        .filter((prefix) => !tools.includes(prefix) && !paths.some((path) => path.startsWith(prefix)))
        .map((prefix) => `${name}: ${prefix}`)
    })
    expect(unused).toEqual([])
  })

  test('names of every kind are found', () => {
    const text = `
      import { imported } from './other.ts'
      type Alias = string
      interface Shape { member: string; method(): void }
      class Example { #hidden = 1; get getter() { return imported } }
      const { bound, of: [first, ...rest] } = example
      function run(parameter: string) { for (const item of []) item.read }
      try {} catch (error) {}`
    const names = declaredNames({ path: 'folder/file.ts', text }).map(({ name }) => name)
    expect(names.join(' ')).toBe(
      'file Alias Shape member method Example hidden getter bound first run parameter item error',
    )
    expect(declared.length).toBeGreaterThan(10_000)
  })
})
