import { describe, expect, test } from '@jest/globals'
import { FailButContinue, FailCatastrophically } from '@lpipe/core'
import { awslogsEvent, eventBridgeEvent } from '@lpipe/testing'
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

  test.each([[undefined], [null], [false], [0], [''], [[]], [{}], [NaN], [0n]])('%p is no output', async (empty) => {
    expect(await answerTo([empty, empty])).toEqual(stats(2))
  })

  test('one output brings along all, in order, null for none', async () => {
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
  test('fails as a whole, when all were tried, with all reasons', async () => {
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
      'messages failed: 2, so the event fails as a whole. The first: FailCatastrophically: first',
    )
    expect(error.cause).toBeInstanceOf(AggregateError)
    expect(error.cause?.errors).toEqual(reasons)
    expect(error.cause?.message).toBe('messages failed: 2')
  })

  test('says so whatever was thrown', async () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    for (const thrown of ['a secret', undefined, null, Object.freeze({}), proxy]) {
      const error = await thrownBy(respond([{}], () => raise(thrown), { unhandled: 'retry' }))
      expect(error).toBeInstanceOf(FailCatastrophically)
      expect(error.message).toMatch(/^messages failed: 1, so the event fails as a whole\. The first: .* was thrown/)
      expect(error.message).not.toContain('secret')
    }
  })
})
