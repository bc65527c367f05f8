import { describe, expect, test } from '@jest/globals'
import { FailCatastrophically, InvalidConfigurationError, payload } from '@lpipe/core'
import {
  type InvocationBatch,
  isPending,
  type Router,
  recordHandlerResults,
  reject,
  reopen,
  settle,
} from '@lpipe/core/middleware'
import { batchWith, recordsOf } from '../batch-with.ts'

const fulfilled = (value: unknown): PromiseSettledResult<unknown> => ({ status: 'fulfilled', value })
const rejected = (reason: unknown): PromiseSettledResult<unknown> => ({ status: 'rejected', reason })
const batchOfSize = (count: number): InvocationBatch => batchWith(recordsOf(...Array(count).fill(undefined)))
const results = ({ received }: InvocationBatch) => received.map(({ result }) => result)
const outcomes = ({ received }: InvocationBatch) => received.map(({ outcome }) => outcome)
const messageAt = (batch: InvocationBatch, index: number) => batch.received[index] as never

describe('the end of a message', () => {
  test('gives it a result, from which its outcome is derived', () => {
    const batch = batchOfSize(3)
    settle(batch, messageAt(batch, 0), fulfilled(7))
    reject(batch, messageAt(batch, 1), 'why')
    expect(results(batch)).toEqual([fulfilled(7), rejected('why'), undefined])
    expect(outcomes(batch)).toEqual(['succeeded', 'failed', undefined]) // without a classifier it stays on its queue
  })

  test('is classified by the classifier', () => {
    const batch = batchOfSize(1)
    batch.use({ classify: (error) => (error === 'gone' ? 'dropped' : 'failed') })
    reject(batch, messageAt(batch, 0), 'gone')
    expect(outcomes(batch)).toEqual(['dropped'])
  })

  test('can be replaced: a send may fail later', () => {
    const batch = batchOfSize(1)
    settle(batch, messageAt(batch, 0), fulfilled(7))
    reject(batch, messageAt(batch, 0), new FailCatastrophically('not sent'))
    expect(outcomes(batch)).toEqual(['failed'])
  })

  test('can be undone: a handler may have returned payloads', () => {
    const batch = batchOfSize(1)
    settle(batch, messageAt(batch, 0), fulfilled(7))
    reopen(messageAt(batch, 0))
    expect(batch.received.map(isPending)).toEqual([true])
  })
})

describe('the results of a handler', () => {
  test('are one per record', () => {
    const batch = batchOfSize(2)
    recordHandlerResults(batch, [fulfilled('a'), rejected('b')])
    expect(outcomes(batch)).toEqual(['succeeded', 'failed'])
  })

  test('or one per message that the handler received', () => {
    const batch = batchOfSize(3)
    reject(batch, messageAt(batch, 0), 'malformed')
    recordHandlerResults(batch, [fulfilled('b'), fulfilled('c')])
    expect(results(batch)).toEqual([rejected('malformed'), fulfilled('b'), fulfilled('c')])
  })

  test('do not change a malformed message', () => {
    const batch = batchOfSize(2)
    reject(batch, messageAt(batch, 0), 'malformed')
    recordHandlerResults(batch, [fulfilled('a'), fulfilled('b')])
    expect(results(batch)).toEqual([rejected('malformed'), fulfilled('b')])
  })

  test('fail the later messages of a group in which one failed', () => {
    const batch = batchWith(recordsOf('a', 'b', 'a'))
    recordHandlerResults(batch, [rejected('why'), fulfilled(1), fulfilled(2)])
    expect(batch.failedGroups.get('a')).toBe(batch.received[0])
    expect(batch.failedGroups.has('b')).toBe(false)
  })

  test.each([
    ['undefined', undefined, 'missing'],
    ['an object', {}, 'object'],
    ['null', null, 'null'],
    ['values', [1, 2], 'array'],
    ['an unknown status', [{ status: 'done' }, fulfilled(1)], 'array'],
    ['too few', [fulfilled(1)], '1 settled result'],
    ['too many', [1, 2, 3].map(fulfilled), '3 settled results'],
  ])('that are %s are refused, and end no message', (_, response, received) => {
    const batch = batchOfSize(2)
    expect(() => recordHandlerResults(batch, response)).toThrow(InvalidConfigurationError)
    expect(() => recordHandlerResults(batch, response)).toThrow(
      `lpipe: the handler must return 2 settled results, for example Promise.allSettled(...), and returned ${received}. ` +
        'Otherwise set `call` or `paths`',
    )
    expect(batch.messages).toHaveLength(2)
  })

  test('that replace the graph are refused with that reason', () => {
    const batch = batchOfSize(1)
    batch.use({ router: {} as Router })
    expect(() => recordHandlerResults(batch, { statusCode: 200 })).toThrow(
      "lpipe: the handler's response takes precedence over `call` and `paths`, so that no path ran, and it is object instead of " +
        '1 settled result. Remove the handler: middy().use(lpipe({ paths }))',
    )
  })

  test('are not required if all messages have ended', () => {
    const batch = batchOfSize(1)
    reject(batch, messageAt(batch, 0), 'malformed')
    expect(() => recordHandlerResults(batch, undefined)).not.toThrow()
    expect(() => recordHandlerResults(batch, [])).not.toThrow()
    expect(results(batch)).toEqual([rejected('malformed')])
  })

  test('of an empty batch are none, and anything else is refused', () => {
    expect(() => recordHandlerResults(batchOfSize(0), [])).not.toThrow()
    expect(() => recordHandlerResults(batchOfSize(0), undefined)).not.toThrow()
    expect(() => recordHandlerResults(batchOfSize(0), { statusCode: 200 })).toThrow(InvalidConfigurationError)
  })
})

describe('a result of a handler that would lose payloads fails its message', () => {
  const next = () => payload({ path: 'A' })
  const generator = function* () {
    yield next()
  }
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()

  test.each<[what: string, value: unknown, says: string]>([
    ['a nested array', [[next()]], 'payloads in a nested array. Return `array.flat()`'],
    ['a Set', new Set([next()]), 'payloads in a Set. Return an array'],
    ['a generator', generator(), 'a generator, whose body never runs. Return an array of payloads'],
    ['promises in an array', [Promise.reject(new Error('x'))], 'promises in an array. Return `Promise.all(...)`'],
    ['a promise', Promise.reject(new Error('x')), 'a promise as the `value` of a result. Await it'],
    ['a revoked proxy', proxy, 'a value that cannot be read: TypeError'],
  ])('%s', (_, value, says) => {
    const batch = batchOfSize(2)
    recordHandlerResults(batch, [fulfilled(value), fulfilled(next())])
    expect(outcomes(batch)).toEqual(['failed', 'succeeded'])
    const [result] = results(batch) as PromiseRejectedResult[]
    expect(result?.reason).toBeInstanceOf(InvalidConfigurationError)
    expect(result?.reason.message).toContain(`lpipe: the handler returned ${says}`)
  })

  test('promises that are not results do not end the process', () => {
    expect(() => recordHandlerResults(batchOfSize(1), [Promise.reject(new Error('x'))])).toThrow(/settled result/)
  })
})
