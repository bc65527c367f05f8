import { afterEach, describe, expect, test } from '@jest/globals'
import { type LocalFunction, type LocalPipeline, localPipeline } from '@lpipe/local'
import { memoryLogger } from '@lpipe/testing'
import type { Callback, Context, SQSEvent, SQSHandler } from 'aws-lambda'
import { soon, textsOf } from './helpers.ts'

let local: LocalPipeline
afterEach(() => local?.stop())

/** Sends two messages, of which the handler reports the second once, and returns how often each was received. */
const received = async (handler: LocalFunction['handler'], timeout = 3) => {
  const logger = memoryLogger()
  local = await localPipeline({
    queues: { orders: { deadLetter: { queue: 'dead', maxReceiveCount: 2 } }, dead: {} },
    functions: { take: { handler, timeout, source: { queue: 'orders', retryAfterSeconds: 0 } } },
    logger,
  })
  await local.send('orders', ['good', 'bad'])
  await local.drained(soon)
  const dead = (await local.contents('dead')).map(({ body }) => String(body)).toSorted()
  return { dead, lines: textsOf(logger), ...local.statistics()['take'] }
}

const failures = ({ Records }: SQSEvent) => ({
  batchItemFailures: Records.filter(({ body }) => body === 'bad').map(({ messageId }) => ({
    itemIdentifier: messageId,
  })),
})

const reporting: Record<string, LocalFunction['handler']> = {
  'a promise': async (event: SQSEvent) => failures(event),
  'a value': (event: SQSEvent) => failures(event),
  'the callback, at once': (event: SQSEvent, _: Context, callback: Callback) => callback(null, failures(event)),
  'the callback, later': (event: SQSEvent, _: Context, callback: Callback) => {
    setTimeout(() => callback(undefined, failures(event)), 20)
  },
  'the callback, of an async function that returns nothing': (async (event, _, callback) => {
    callback(null, failures(event))
  }) satisfies SQSHandler,
  'the callback, of rest parameters': (...[event, , callback]: [SQSEvent, Context, Callback]) =>
    callback(null, failures(event)),
  'the callback, whose first call counts': (event: SQSEvent, _: Context, callback: Callback) => {
    callback(null, failures(event))
    callback(new Error('too late'))
  },
  'context.succeed': (event: SQSEvent, context: Context) => context.succeed(failures(event)),
  'context.done': (event: SQSEvent, context: Context) => context.done(undefined, failures(event)),
}

describe('a handler responds by', () => {
  test.each(Object.entries(reporting))('%s', async (_, handler) => {
    expect(await received(handler)).toMatchObject({ dead: ['bad'], errors: 0, done: 1 })
  })
})

const failing: Record<string, LocalFunction['handler']> = {
  'it throws': () => {
    throw new Error('no')
  },
  'its promise rejects': () => Promise.reject(new Error('no')),
  'it passes an error to the callback': (_: SQSEvent, __: Context, callback: Callback) => callback(new Error('no')),
  'it passes a string as error to the callback': (_: SQSEvent, __: Context, callback: Callback) => callback('no'),
  'it passes an error to the callback later': (_: SQSEvent, __: Context, callback: Callback) => {
    setTimeout(() => callback(new Error('no')), 20)
  },
  'it calls context.fail': (_: SQSEvent, context: Context) => context.fail('no'),
  'it calls context.done with an error': (_: SQSEvent, context: Context) => context.done(new Error('no')),
}

describe('an invocation fails if', () => {
  test.each(Object.entries(failing))('%s', async (_, handler) => {
    const { dead, errors, invocations, lines } = await received(handler)
    expect(dead).toEqual(['bad', 'good'])
    expect(errors).toBe(invocations)
    expect(new Set(lines)).toEqual(new Set(['function take failed: no']))
  })
})

test('a callback that is never called lets the invocation time out', async () => {
  const { dead, lines } = await received((_: SQSEvent, __: Context, callback: Callback) => void callback.length, 0.1)
  expect(dead).toEqual(['bad', 'good'])
  expect(lines[0]).toBe('function take failed: Task timed out after 0.10 seconds')
})

test('a handler that declares no callback and returns nothing succeeds', async () => {
  expect(await received(() => undefined)).toMatchObject({ dead: [], done: 2, errors: 0 })
})
