import { describe, expect, test } from '@jest/globals'
import { FailButContinue, FailCatastrophically } from '@lpipe/core'
import { awslogsEvent, eventBridgeEvent, memoryLogger } from '@lpipe/testing'
import { raise, respond, thrownBy } from './respond.ts'

/** What a RAW event is answered if its messages return these values. */
const answerTo = (values: readonly unknown[]) =>
  respond(
    values.map(() => ({})),
    ({ index }) => values[index],
  )

const stats = (received: number, successes = received) => ({ event: 'Finished.', stats: { received, successes } })

describe('to a RAW event', () => {
  test('goes a summary, with what the functions returned', async () => {
    expect(await answerTo([{ a: 1 }, 'text', 7, true, ['x']])).toEqual({
      ...stats(5),
      output: [{ a: 1 }, 'text', 7, true, ['x']],
    })
  })

  test.each([[undefined], [null], [false], [0], [''], [[]], [{}], [NaN], [0n]])('%p is not output', async (empty) => {
    expect(await answerTo([empty, empty])).toEqual(stats(2))
  })

  test('one output adds all, in order, with null for none', async () => {
    expect(await answerTo([undefined, 'a', null, 0, {}])).toEqual({ ...stats(5), output: [null, 'a', null, 0, {}] })
  })

  test.each([
    ['a date', new Date(0)],
    ['a nested array', [[]]],
    ['an object with an empty member', { a: undefined }],
  ])('%s is an output', async (_, value) => {
    expect(await answerTo([value])).toEqual({ ...stats(1), output: [value] })
  })

  test('what was dropped counts as received, and has no output', async () => {
    const event = [{}, '{', {}, {}]
    const answer = await respond(event, ({ index }) => (index === 2 ? raise(new FailButContinue('x')) : index))
    expect(answer).toEqual({ ...stats(4, 2), output: [0, 3] })
  })

  test('of EventBridge and CloudWatch Logs too', async () => {
    expect(await respond(eventBridgeEvent({ n: 1 }), ({ body }) => body)).toEqual({ ...stats(1), output: [{ n: 1 }] })
    expect(await respond(awslogsEvent([{ n: 1 }, { n: 2 }]), ({ body }) => body?.['n'])).toEqual({
      ...stats(2),
      output: [1, 2],
    })
  })

  test('of no messages is done', async () => {
    expect(await respond([], () => 'never')).toEqual(stats(0))
  })
})

describe('a RAW event with a failed message', () => {
  test('fails as a whole after all were tried, with all errors', async () => {
    const reasons = [new FailCatastrophically('first'), new FailCatastrophically('second')]
    const tried: number[] = []
    const error = await thrownBy(
      respond([{}, {}, {}], ({ index }) => {
        tried.push(index)
        if (index > 0) throw reasons[index - 1]
      }),
    )
    expect(tried).toEqual([0, 1, 2])
    expect(error).toBeInstanceOf(FailCatastrophically)
    expect(error.message).toBe(
      '2 messages failed, so that the event fails as a whole. First error: FailCatastrophically: first',
    )
    expect(error.cause).toBeInstanceOf(AggregateError)
    expect(error.cause?.errors).toEqual(reasons)
    expect(error.cause?.message).toBe('2 messages failed')
  })

  test('has the same error for any thrown value', async () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    for (const thrown of ['a secret', undefined, null, Object.freeze({}), proxy]) {
      const error = await thrownBy(respond([{}], () => raise(thrown), { unhandled: 'retry' }))
      expect(error).toBeInstanceOf(FailCatastrophically)
      expect(error.message).toMatch(
        /^1 message failed, so that the event fails as a whole\. First error: .* was thrown/,
      )
      expect(error.message).not.toContain('secret')
    }
  })
})

describe('what JSON cannot carry is still a response, because the work is done', () => {
  const circular: Record<string, unknown> = { id: 1 }
  circular['self'] = circular

  test.each([
    ['a bigint', 7n, '7'],
    ['a nested bigint', { id: 7n }, { id: '7' }],
    ['a rejecting `toJSON`', { a: { toJSON: () => Promise.reject(new Error('x')) } }, { a: '[promise]' }],
    ['a promise', { a: Promise.resolve(1) }, { a: '[promise]' }],
    ['a cycle', circular, { id: 1, self: '[circular]' }],
    ['a `toJSON` that throws', { toJSON: () => raise(new Error('x')) }, '[unreadable]'],
    [
      'a getter that throws',
      Object.defineProperty({ id: 1 }, 'bad', { enumerable: true, get: () => raise(new Error('x')) }),
      { id: 1, bad: '[unreadable]' },
    ],
    ['a proxy that throws', new Proxy({ id: 1 }, { ownKeys: () => raise(new Error('x')) }), '[unreadable]'],
  ])('%s', async (_, value, output) => {
    const response = await answerTo([{ fine: true }, value])
    expect(JSON.parse(JSON.stringify(response))).toEqual({ ...stats(2), output: [{ fine: true }, output] })
    expect(JSON.parse(JSON.stringify(await answerTo([value])))).toEqual({ ...stats(1), output: [output] })
  })

  test('a response beyond the 6 MB that Lambda returns goes without the output, and is logged', async () => {
    const logger = memoryLogger()
    const large = 'é'.repeat(4 * 1024 * 1024)
    const response = await respond([{}], () => large, { logger })
    expect(response).toEqual(stats(1))
    expect(logger.lines.map(({ level, message }) => [level, message])).toContainEqual([
      'warn',
      `the output has ${Buffer.byteLength(JSON.stringify([large]))} bytes, more than a response may have (6291456); it is left out`,
    ])
    const small = 'x'.repeat(6 * 1024 * 1024 - 2048)
    expect(await answerTo([small])).toEqual({ ...stats(1), output: [small] })
    const many = Array.from({ length: 3 * 1024 * 1024 - 1000 }, () => 0)
    expect((await answerTo([many])) as object).toHaveProperty('output.0.length', many.length)
  })

  test('no more of an output is read than a response may have: arrays that share others would take minutes', async () => {
    let reads = 0
    const counted = { toJSON: () => ++reads }
    let shared = [counted]
    for (let level = 0; level < 22; level += 1) shared = [shared, shared] as never // 4 million ways lead to it
    const response = (await answerTo([shared])) as { output?: unknown }
    expect(response.output === undefined).toBe(true)
    expect(reads).toBeLessThan(2 ** 22)
  })
})
