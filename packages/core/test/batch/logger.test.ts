import { afterEach, describe, expect, jest, test } from '@jest/globals'
import type { Logger, Message } from '@lpipe/core'
import { boundLogger, jsonLogger } from '@lpipe/core/middleware'
import { rememberingLogger } from '../batch-with.ts'

/** Returns what a piece of code writes to standard output. */
const textsOf = (run: () => void): string[] => {
  const texts: string[] = []
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    texts.push(String(text))
    return true
  })
  try {
    run()
  } finally {
    write.mockRestore()
  }
  expect(texts.every((text) => text.endsWith('\n') && text.indexOf('\n') === text.length - 1)).toBe(true)
  return texts
}

/** Returns what it writes, each line parsed. */
const linesOf = (run: () => void): Record<string, unknown>[] =>
  textsOf(run).map((text) => JSON.parse(text) as Record<string, unknown>)

const logAll = () => {
  const logger = jsonLogger('request-1')
  for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level](`at ${level}`)
}

const unreadable = () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

afterEach(() => {
  delete process.env['AWS_LAMBDA_LOG_LEVEL']
})

describe('the default logger', () => {
  test("writes lines in Lambda's format", () => {
    const [line] = linesOf(() => jsonLogger('request-1').info('done', { received: 3 }))
    expect(line).toEqual({
      timestamp: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/),
      level: 'INFO',
      requestId: 'request-1',
      message: 'done',
      received: 3,
    })
  })

  test.each([
    [undefined, ['INFO', 'WARN', 'ERROR']],
    ['TRACE', ['DEBUG', 'INFO', 'WARN', 'ERROR']],
    ['DEBUG', ['DEBUG', 'INFO', 'WARN', 'ERROR']],
    ['WARN', ['WARN', 'ERROR']],
    ['FATAL', []],
    ['nonsense', ['INFO', 'WARN', 'ERROR']],
  ])('with AWS_LAMBDA_LOG_LEVEL=%s', (level, expected) => {
    if (level !== undefined) process.env['AWS_LAMBDA_LOG_LEVEL'] = level
    expect(linesOf(logAll).map((line) => line['level'])).toEqual(expected)
  })

  test("writes an error with its causes, and in Lambda's own members", () => {
    const error = new TypeError('outer', { cause: new Error('inner', { cause: 'a secret' }) })
    const [line] = linesOf(() => jsonLogger(undefined).error('oops', { error }))
    expect(line).toMatchObject({
      errorType: 'TypeError',
      errorMessage: 'outer',
      stackTrace: expect.arrayContaining(['TypeError: outer']),
    })
    expect(line?.['error']).toEqual({
      name: 'TypeError',
      message: 'outer',
      stack: expect.stringContaining('TypeError: outer'),
      cause: {
        name: 'Error',
        message: 'inner',
        stack: expect.any(String),
        cause: 'a value that is not an Error was thrown: string',
      },
    })
  })

  test('writes an error that is the second argument', () => {
    const [line] = linesOf(() => jsonLogger(undefined).error('oops', new RangeError('why') as never))
    expect(line).toMatchObject({ message: 'oops', error: { name: 'RangeError', message: 'why' } })
  })

  test('keeps its own members: fields of these names move', () => {
    const fields = { level: 'DEBUG', message: 'mine', timestamp: 0, requestId: 'forged', id: 7 }
    const [line] = linesOf(() => jsonLogger('request-1').error('oops', fields))
    const { level, message, timestamp, requestId } = fields
    expect(line).toEqual({
      timestamp: expect.any(String),
      level: 'ERROR',
      requestId: 'request-1',
      message: 'oops',
      id: 7,
      fields: { level, message, timestamp, requestId },
    })
  })

  test("keeps Lambda's members of the error, and a field called `fields`", () => {
    const own = { errorType: 'Forged', errorMessage: 'forged', stackTrace: 'forged', fields: 'mine' }
    const [line] = linesOf(() => jsonLogger('request-1').error('oops', { error: new TypeError('why'), id: 7, ...own }))
    expect(line).toMatchObject({ errorType: 'TypeError', errorMessage: 'why', id: 7, fields: own })
  })

  test('writes the errors of an AggregateError, and the types of values that are not an Error', () => {
    const error = new AggregateError([new TypeError('one'), 'a secret', new Error('three')], 'all failed')
    const [line] = linesOf(() => jsonLogger(undefined).error('oops', { error }))
    expect(line?.['error']).toMatchObject({
      message: 'all failed',
      errors: [
        { name: 'TypeError', message: 'one' },
        'a value that is not an Error was thrown: string',
        { name: 'Error', message: 'three' },
      ],
    })
  })

  test('is not replaced by a field that is called toJSON', () => {
    const throws = () => {
      throw new Error('no')
    }
    for (const toJSON of [throws, () => 'another line', 5]) {
      const [own, ofFunction] = linesOf(() => {
        const logger = jsonLogger('request-1')
        logger.info('mine', { toJSON, id: 7 })
        boundLogger(logger, { id: 'id-0', index: 0 } as Message, 'SHIP', 'pack').info('mine', { toJSON, id: 7 })
      })
      expect(own).toMatchObject({ message: 'mine', id: 7 })
      expect(ofFunction).toMatchObject({ message: 'mine', id: 7, messageId: 'id-0' })
    }
  })

  test('of a function names its message, however many fields it has', () => {
    const fields = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`field${index}`, index]))
    const [line] = linesOf(() =>
      boundLogger(jsonLogger('r'), { id: 'id-0', index: 0 } as Message, 'SHIP', 'pack').info('many', fields),
    )
    expect(line).toMatchObject({ message: 'many', messageId: 'id-0', path: 'SHIP', function: 'pack', field0: 0 })
  })

  test('ends a cycle of causes', () => {
    const error = new Error('round')
    error.cause = error
    const [line] = linesOf(() => jsonLogger(undefined).error('oops', { error }))
    expect(line?.['error']).toMatchObject({ message: 'round', cause: '[circular]' })
  })

  test('cuts a long chain of causes, and keeps the line', () => {
    let error = new Error('the first')
    for (let count = 0; count < 300; count++) error = new Error(`number ${count}`, { cause: error })
    const [line] = linesOf(() => jsonLogger('request-1').error('oops', { error }))
    expect(line).toMatchObject({ message: 'oops', error: { message: 'number 299' } })
    const text = JSON.stringify(line)
    expect(text.split('"stack"').length - 1).toBe(20)
    expect(text).toContain('"cause":"Error: number 279"')
  })

  const loop: { self?: unknown } = {}
  loop.self = loop

  test.each<[what: string, value: unknown, written: unknown]>([
    ['a bigint', 1n, '1'],
    ['a cycle', loop, { self: '[circular]' }],
    [
      'a toJSON that throws',
      {
        toJSON: () => {
          throw new Error('no')
        },
      },
      '[unreadable]',
    ],
    [
      'a getter that throws',
      {
        get a() {
          throw new Error('no')
        },
      },
      { a: '[unreadable]' },
    ],
    ['a revoked proxy', unreadable(), '[unreadable]'],
    ['a Map', new Map([[1, 2]]), '[Map of 1]'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
  ])('keeps the line of %s', (_, value, written) => {
    const [line] = linesOf(() => jsonLogger('request-1').info('count', { value }))
    expect(line).toMatchObject({ message: 'count', requestId: 'request-1', value: written })
  })

  test.each([
    ['a revoked proxy', unreadable()],
    ['a string', 'text'],
    ['an array', [1]],
    ['null', null],
    ['a number', 7],
  ])('keeps the line if the fields are %s', (_, fields) => {
    const [line] = linesOf(() => jsonLogger('request-1').info('count', fields as never))
    expect(line).toMatchObject({ message: 'count', level: 'INFO' })
  })

  test.each<[what: string, fields: object]>([
    ['no prototype', Object.assign(Object.create(null) as object, { received: 3 })],
    [
      'a class',
      new (class {
        received = 3
      })(),
    ],
  ])('writes the members of fields that have %s', (_, fields) => {
    const [line] = linesOf(() => jsonLogger('request-1').info('count', fields as never))
    expect(line).toMatchObject({ message: 'count', received: 3 })
    expect(line).not.toHaveProperty('fields')
  })

  test.each<[what: string, fields: object, written: unknown]>([
    ['a Map', new Map([[1, 2]]), '[Map of 1]'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a URL', new URL('https://example.com/a'), 'https://example.com/a'],
    ['a promise that rejects', Promise.reject(new Error('no')), '[promise]'],
  ])('writes fields that are %s as one field', (_, fields, written) => {
    const [line] = linesOf(() => jsonLogger('request-1').info('count', fields as never))
    expect(line).toMatchObject({ message: 'count', fields: written })
  })

  test('writes the other fields if one cannot be read', () => {
    const fields = {
      id: 7,
      get broken() {
        throw new Error('no')
      },
      // biome-ignore lint/suspicious/noThenProperty: a field of this name must not replace the others
      then: () => 1,
    }
    const [line] = linesOf(() => jsonLogger('request-1').info('count', fields))
    expect(line).toMatchObject({ message: 'count', id: 7, broken: '[unreadable]' })
  })

  test('writes an object that holds itself in ever more places in bounded time', () => {
    let reads = 0
    let shared: object = { bottom: true }
    for (let level = 0; level < 30; level++) {
      const inner = shared
      const a = () => {
        reads += 1
        return inner
      }
      shared = Object.defineProperties({}, { a: { get: a, enumerable: true }, b: { get: a, enumerable: true } })
    }
    const [line] = linesOf(() => jsonLogger('request-1').info('count', { shared, id: 7 }))
    expect(line).toMatchObject({ message: 'count', id: 7 })
    expect(reads).toBeLessThan(100_000)
  })

  test.each<[what: string, message: string, fields: object]>([
    ['a long string', 'huge', { text: 'x'.repeat(1_000_000) }],
    ['a long string of 3-byte characters', 'huge', { text: '€'.repeat(100_000) }],
    ['many items', 'huge', { list: Array.from({ length: 100_000 }, (_, index) => ({ index })) }],
    ['many long strings', 'huge', { list: Array(1000).fill('x'.repeat(10_000)) }],
    [
      'many members',
      'huge',
      Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`member${index}`, index])),
    ],
    ['a long message', 'huge'.repeat(100_000), {}],
    ['an error with a long message', 'huge', { error: new Error('x'.repeat(1_000_000)) }],
    ['quotes and control characters', 'huge', { text: '\u0000"'.repeat(100_000) }],
    ['wide and deep objects', 'huge', { a: Array(60).fill(Array(60).fill(Array(60).fill('x'.repeat(900)))) }],
  ])('keeps a line with %s below 256 KB', (_, message, fields) => {
    const [text = ''] = textsOf(() => jsonLogger('request-1').info(message, fields as never))
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(256_000)
    const line = JSON.parse(text) as Record<string, unknown>
    expect(line).toMatchObject({ level: 'INFO', requestId: 'request-1' })
    expect(line['message']).toMatch(/^huge/)
  })

  test('writes undefined and functions as JSON does', () => {
    const [line] = linesOf(() => jsonLogger(undefined).info('count', { a: undefined, b: () => 1, c: [undefined] }))
    expect(Object.keys(line ?? {})).toEqual(['timestamp', 'level', 'message', 'c'])
    expect(line?.['c']).toEqual([null])
  })
})

describe("a function's logger", () => {
  const bind = (logger: Logger, id: string | undefined = 'id-0') =>
    boundLogger(logger, { id, index: 3 } as Message, 'SHIP', 'pack')

  test('adds the message, the path and the function', () => {
    const logger = rememberingLogger()
    bind(logger).info('packed', { boxes: 2 })
    bind(logger, '').warn('packed')
    expect(logger.lines).toEqual([
      ['info', 'packed', { boxes: 2, messageId: 'id-0', path: 'SHIP', function: 'pack' }],
      ['warn', 'packed', { messageId: '', path: 'SHIP', function: 'pack' }],
    ])
  })

  test('its methods work without it: destructured, and as a callback', async () => {
    const logger = rememberingLogger()
    const { info, error } = bind(logger)
    info('packed')
    await Promise.reject(new Error('no box')).catch(error)
    expect(logger.lines).toEqual([
      ['info', 'packed', { messageId: 'id-0', path: 'SHIP', function: 'pack' }],
      ['error', new Error('no box'), { messageId: 'id-0', path: 'SHIP', function: 'pack' }],
    ])
  })

  test.each<[what: string, fields: object[], written: object]>([
    ['fields and an error', [{ order: 1 }, new Error('no box')], { order: 1, error: new Error('no box') }],
    ['an error and fields', [new Error('no box'), { order: 1 }], { order: 1, error: new Error('no box') }],
    ['several objects', [{ order: 1 }, { box: 2 }], { order: 1, box: 2 }],
    ['values that are not objects', ['a', { order: 1 }, 7] as never, { order: 1, fields: ['a', 7] }],
  ])('keeps %s', (_, fields, written) => {
    const logger = rememberingLogger()
    bind(logger).error('oops', ...fields)
    expect(logger.lines).toEqual([['error', 'oops', { ...written, messageId: 'id-0', path: 'SHIP', function: 'pack' }]])
  })

  test('names a message without id by its position', () => {
    const logger = rememberingLogger()
    boundLogger(logger, { id: undefined, index: 3 } as Message, undefined, 'pack').debug('packed')
    expect(logger.lines).toEqual([['debug', 'packed', { messageId: 3, path: undefined, function: 'pack' }]])
  })

  test('keeps fields of these names apart', () => {
    const logger = rememberingLogger()
    bind(logger).error('oops', { messageId: 'forged', path: '/home', level: 'debug', id: 1 })
    expect(logger.lines).toEqual([
      [
        'error',
        'oops',
        {
          id: 1,
          fields: { messageId: 'forged', path: '/home', level: 'debug' },
          messageId: 'id-0',
          path: 'SHIP',
          function: 'pack',
        },
      ],
    ])
  })

  test('keeps fields apart that a line of Powertools or of pino has itself', () => {
    const logger = rememberingLogger()
    const own = { time: 0, msg: 'forged', pid: 1, hostname: 'h', service: 's', function_name: 'f', cold_start: true }
    bind(logger).info('packed', { ...own, boxes: 2 })
    expect(logger.lines).toEqual([
      ['info', 'packed', { boxes: 2, fields: own, messageId: 'id-0', path: 'SHIP', function: 'pack' }],
    ])
  })

  test('writes the line with what JSON can carry if the logger cannot write it as it is', () => {
    const lines: string[] = []
    const info = (message: string, fields: object) => void lines.push(JSON.stringify({ message, ...fields }))
    const broken = {
      toJSON: () => {
        throw new Error('no')
      },
    }
    bind({ info } as never).info('packed', { id: 7n, broken })
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { message: 'packed', messageId: 'id-0', id: '7', broken: '[unreadable]' },
    ])
  })

  test('keeps an error that is the second argument', () => {
    const logger = rememberingLogger()
    const error = new Error('why')
    bind(logger).error('oops', error)
    expect(logger.lines).toEqual([['error', 'oops', { error, messageId: 'id-0', path: 'SHIP', function: 'pack' }]])
  })

  test.each<[what: string, log: (() => unknown) | undefined]>([
    [
      'throws',
      () => {
        throw new Error('no log')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no log'))],
    ['is missing', undefined],
  ])('does not throw if the logger %s', async (_, log) => {
    const unhandled: unknown[] = []
    const listen = (reason: unknown) => void unhandled.push(reason)
    process.on('unhandledRejection', listen)
    expect(() => bind({ info: log } as never).info('packed')).not.toThrow()
    await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', listen)
    expect(unhandled).toEqual([])
  })

  test('does not throw for fields that cannot be read', () => {
    const logger = rememberingLogger()
    bind(logger).info('packed', unreadable())
    expect(logger.lines).toEqual([
      ['info', 'packed', { fields: expect.anything(), messageId: 'id-0', path: 'SHIP', function: 'pack' }],
    ])
  })
})
