import { inspect } from 'node:util'
import { expect, test } from '@jest/globals'
import { FailButContinue, type Logger } from '@lpipe/core'
import { log } from '@lpipe/core/middleware'
import { rememberingLogger } from '../batch-with.ts'

/** Returns the error that a logger receives for one that lpipe logs. */
const logged = (error: unknown): Error => {
  const logger = rememberingLogger()
  log({ logger: logger as Logger }, 'error', 'oops', { error })
  const [[, , fields] = []] = logger.lines
  return (fields as { error: Error }).error
}

const secret = 'card 4111'
const request = (text: string): Error =>
  Object.assign(new TypeError(text), { config: { data: secret }, toJSON: () => ({ secret }) })

/** All that loggers write of an error: as text, as JSON, and its members one by one. */
const allOf = (error: Error): string =>
  inspect(error, { depth: 10 }) +
  JSON.stringify(error) +
  Object.values(error)
    .map((value) => inspect(value))
    .join()

test('a logger receives an error with its class, name, message and stack', () => {
  class NoSuchCustomer extends FailButContinue {
    static override readonly name = 'NoSuchCustomer'
  }
  const error = new NoSuchCustomer('who?')
  const bare = logged(error)
  expect(bare).toBeInstanceOf(NoSuchCustomer)
  expect([bare.name, bare.message, bare.stack]).toEqual(['NoSuchCustomer', 'who?', error.stack])
  expect(Object.keys(bare)).toEqual([])
})

test('a name that the error itself has is kept', () => {
  expect(logged(Object.assign(new Error('x'), { name: 'TimeoutError' })).name).toBe('TimeoutError')
})

test('its causes and the errors of an AggregateError are kept, without their members', () => {
  const bare = logged(new AggregateError([request('one'), secret], 'all', { cause: request('two') })) as AggregateError
  expect(bare.cause).toBeInstanceOf(TypeError)
  expect((bare.cause as Error).message).toBe('two')
  expect(bare.errors).toMatchObject([{ message: 'one' }, 'a value that is not an Error was thrown: string'])
  expect(allOf(bare)).not.toContain(secret)
  expect(allOf(logged(new Error('x', { cause: { secret } })))).not.toContain(secret)
})

test('a toJSON is not called, whether it is of the error or of its class', () => {
  class HttpError extends Error {
    toJSON(): object {
      return { secret }
    }
  }
  for (const error of [request('one'), new HttpError('one')]) expect(allOf(logged(error))).not.toContain(secret)
})

test('a cycle of causes ends, and of a long chain the first 20 errors are kept', () => {
  const round = new Error('round')
  round.cause = round
  expect(logged(round).cause).toBe('Error: round')
  let error = new Error('the first')
  for (let count = 0; count < 300; count++) error = new Error(`number ${count}`, { cause: error })
  let depth = 0
  let last: unknown = logged(error)
  for (; last instanceof Error; last = last.cause) depth += 1
  expect([depth, last]).toEqual([20, 'Error: number 279'])
})

test('an error that cannot be read is logged', () => {
  const unreadable = { get: () => Promise.reject(new Error('no')), configurable: true }
  const throwing = {
    get: () => {
      throw new Error('no')
    },
  }
  const broken = Object.defineProperties(new Error('x'), { message: throwing, stack: throwing, cause: unreadable })
  expect(logged(broken)).toMatchObject({ name: 'Error', message: 'an unreadable value was thrown' })
  const odd = Object.setPrototypeOf(new Error('z'), new Proxy(Error.prototype, { has: throwing.get }))
  expect(logged(odd)).toBe('Error: z')
  const proxy = new Proxy(new Error('x'), { getPrototypeOf: throwing.get })
  expect(logged(Object.assign(new Error('y'), { cause: proxy })).message).toBe('y')
})
