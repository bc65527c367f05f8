import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { jsonLogger } from '@lpipe/core'

/** What a piece of code writes to standard output, each line parsed. */
const linesOf = (run: () => void): Record<string, unknown>[] => {
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
  return texts.map((text) => JSON.parse(text) as Record<string, unknown>)
}

const logAll = () => {
  const logger = jsonLogger('request-1')
  for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level](`at ${level}`)
}

afterEach(() => {
  delete process.env['AWS_LAMBDA_LOG_LEVEL']
})

describe('the default logger', () => {
  test('writes lines in the format of Lambda', () => {
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

  test('shows an error with its chain of causes', () => {
    const error = new TypeError('outer', { cause: new Error('inner', { cause: 'a secret' }) })
    const [line] = linesOf(() => jsonLogger(undefined).error('oops', { error }))
    expect(line?.['error']).toEqual({
      name: 'TypeError',
      message: 'outer',
      stack: expect.stringContaining('TypeError: outer'),
      cause: {
        name: 'Error',
        message: 'inner',
        stack: expect.any(String),
        cause: 'text was thrown, which is no Error',
      },
    })
  })

  test('a circle of causes ends', () => {
    const error = new Error('round')
    error.cause = error
    const [line] = linesOf(() => jsonLogger(undefined).error('oops', { error }))
    expect(line?.['error']).toMatchObject({ message: 'round', cause: 'Error: round' })
  })

  test('a long chain of causes is cut, and the line with its error is kept', () => {
    let error = new Error('the first')
    for (let count = 0; count < 300; count++) error = new Error(`number ${count}`, { cause: error })
    const [line] = linesOf(() => jsonLogger('request-1').error('oops', { error }))
    expect(line).toMatchObject({ message: 'oops', error: { message: 'number 299' } })
    const text = JSON.stringify(line)
    expect(text.split('"stack"').length - 1).toBe(20)
    expect(text).toContain('"cause":"Error: number 279"')
  })

  test('what is no JSON is said, and throws nothing', () => {
    const [line] = linesOf(() => jsonLogger(undefined).info('count', { count: 1n }))
    expect(line?.['message']).toContain('a log line is no JSON: TypeError')
  })
})
