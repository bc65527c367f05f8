import { expect, test } from '@jest/globals'
import type { Call } from '@lpipe/core'
import { call, memoryLogger, silentLogger } from '@lpipe/testing'

const ship = (kwargs: { readonly id: number }, { logger, payload, state, context, signal }: Call) => {
  logger.info('shipped', { id: kwargs.id })
  state.values.set('last', kwargs.id)
  return [payload.path, state.event, context.functionName, signal.aborted]
}

test("call makes a function's second argument", () => {
  expect(ship({ id: 1 }, call())).toEqual([undefined, {}, 'test', false])
})

test('call takes its parts', () => {
  const logger = memoryLogger()
  const values = new Map()
  const event = { Records: [] }
  const made = call({
    kwargs: { id: 1 },
    path: 'SHIP',
    logger,
    event,
    context: { functionName: 'mine' },
    signal: AbortSignal.abort(),
    values,
  })
  expect(ship({ id: 1 }, made)).toEqual(['SHIP', event, 'mine', true])
  expect(made.payload.kwargs).toEqual({ id: 1 })
  expect(values.get('last')).toBe(1)
  expect(logger.lines).toEqual([{ level: 'info', message: 'shipped', fields: { id: 1 } }])
  expect(made.state.batch.event).toBe(event)
  expect(made.state.context).toBe(made.context)
})

test('memoryLogger remembers lines of all levels, in order', () => {
  const logger = memoryLogger()
  for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level](`at ${level}`)
  expect(logger.lines.map(({ level, message }) => [level, message])).toEqual([
    ['debug', 'at debug'],
    ['info', 'at info'],
    ['warn', 'at warn'],
    ['error', 'at error'],
  ])
  expect(logger.lines[0]?.fields).toEqual({})
  expect(memoryLogger().lines).toEqual([])
})

test('silentLogger has the methods of a logger', () => {
  const logger = silentLogger()
  for (const level of ['debug', 'info', 'warn', 'error'] as const) expect(logger[level]('x')).toBeUndefined()
})
