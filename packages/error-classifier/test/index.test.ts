import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import {
  FailButContinue,
  FailCatastrophically,
  InvalidConfigurationError,
  InvalidPathError,
  InvalidPayloadError,
  type LpipeContext,
  LpipeError,
} from '@lpipe/core'
import { errorClassifier } from '@lpipe/error-classifier'
import { invoke, silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { classify, raise, response } from './classify.ts'

const event = sqsEvent([{ n: 0 }, { n: 1 }, { n: 2 }])

/** The outcomes of three messages, of which the second one's handler throws. */
const outcomesWith = async (thrown: unknown, unhandled?: 'drop' | 'retry') => {
  const handle = ({ index }: { index: number }) => (index === 1 ? raise(thrown) : index)
  const { outcomes } = await classify(event, handle, unhandled && { unhandled })
  return outcomes
}

class OutOfStock extends FailButContinue {}
class DatabaseGone extends FailCatastrophically {}

describe('an error of a known kind', () => {
  test.each([FailButContinue, InvalidPathError, InvalidPayloadError, OutOfStock])(
    '%p drops its message',
    async (Kind) => {
      expect(await outcomesWith(new Kind('x'))).toEqual(['succeeded', 'dropped', 'succeeded'])
      expect(await outcomesWith(new Kind('x'), 'retry')).toEqual(['succeeded', 'dropped', 'succeeded'])
    },
  )

  test.each([FailCatastrophically, InvalidConfigurationError, DatabaseGone])(
    '%p keeps it on its queue',
    async (Kind) => {
      expect(await outcomesWith(new Kind('x'))).toEqual(['succeeded', 'failed', 'succeeded'])
      expect(await outcomesWith(new Kind('x'), 'drop')).toEqual(['succeeded', 'failed', 'succeeded'])
    },
  )

  test('is known whichever copy of the core made it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lpipe-core-'))
    try {
      cpSync(dirname(fileURLToPath(import.meta.resolve('@lpipe/core'))), folder, { recursive: true })
      const copy: typeof import('@lpipe/core') = await import(pathToFileURL(join(folder, 'index.ts')).href)
      const theirs = new copy.FailCatastrophically('x')
      expect(theirs).not.toBeInstanceOf(FailCatastrophically)
      expect(await outcomesWith(theirs)).toEqual(['succeeded', 'failed', 'succeeded'])
      expect(await outcomesWith(new copy.InvalidPathError('x'), 'retry')).toEqual(['succeeded', 'dropped', 'succeeded'])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

/** Every access throws. */
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

describe('anything else that is thrown', () => {
  test.each([
    ['an Error', new Error('x')],
    ['the common base of our errors', new LpipeError('x')],
    ['a text', 'x'],
    ['undefined', undefined],
    ['null', null],
    ['zero', 0],
    ['a frozen object', Object.freeze({})],
    ['a frozen Error', Object.freeze(new Error('x'))],
    ['an object without a prototype', Object.create(null)],
    ['a function', () => undefined],
    ['a symbol', Symbol('x')],
    ['a revoked proxy', revoked()],
    ['a proxy that has every member', new Proxy({}, { get: () => 'failed?' })],
    [
      'an Error whose message throws',
      Object.defineProperty(new Error(), 'message', { get: () => raise('from within') }),
    ],
  ])('%s drops its message, or keeps it with unhandled: retry', async (_, thrown) => {
    expect(await outcomesWith(thrown)).toEqual(['succeeded', 'dropped', 'succeeded'])
    expect(await outcomesWith(thrown, 'retry')).toEqual(['succeeded', 'failed', 'succeeded'])
  })

  test('a rejection with nothing is one too', async () => {
    const { outcomes } = await classify(event, () => Promise.reject())
    expect(outcomes).toEqual(['dropped', 'dropped', 'dropped'])
  })
})

test('what could not be decoded is dropped, and never reaches the handler', async () => {
  const seen: unknown[] = []
  const { outcomes } = await classify(sqsEvent([{}, '{', {}]), ({ index }) => seen.push(index))
  expect(outcomes).toEqual(['succeeded', 'dropped', 'succeeded'])
  expect(seen).toEqual([0, 2])
})

test("a handler's batch has the logger and the classifier", async () => {
  const logger = silentLogger()
  const handler = middy(async (_: unknown, { lpipe }: LpipeContext) => {
    expect(lpipe.logger).toBe(logger)
    expect(lpipe.classify(new FailButContinue('x'))).toBe('dropped')
    return []
  }).use([response(), errorClassifier({ logger }), batchDecoder()])
  await expect(invoke(handler, { Records: [] })).resolves.toEqual([])
})

describe('errorClassifier, when it is made', () => {
  const loose = errorClassifier as (options: unknown) => unknown

  test.each([
    [
      'a misspelt option',
      { unhandeld: 'drop' },
      'errorClassifier: unknown option `unhandeld`. Known options: unhandled, logger, capture',
    ],
    [
      'another unhandled',
      { unhandled: 'keep' },
      "errorClassifier: `unhandled` must be 'drop' or 'retry', received 'keep'",
    ],
    [
      'a logger without methods',
      { logger: {} },
      'errorClassifier: `logger` must have the methods debug, info, warn, error',
    ],
    [
      'a logger without a warn',
      { logger: { ...silentLogger(), warn: undefined } },
      'errorClassifier: `logger` must have the methods debug, info, warn, error',
    ],
    ['no logger', { logger: null }, 'errorClassifier: `logger` must have the methods debug, info, warn, error'],
    [
      'a capture that is not a function',
      { capture: 'sentry' },
      "errorClassifier: `capture` must be a function, received 'sentry'",
    ],
  ])('refuses %s', (_, options, message) => {
    expect(() => loose(options)).toThrow(new InvalidConfigurationError(message))
    expect(() => loose(options)).toThrow(InvalidConfigurationError)
  })

  test('names its hook, for stack traces', () => {
    expect(errorClassifier().before?.name).toBe('errorClassifierBefore')
  })
})
