/** The six middlewares in every order: the documented response, or an error that names the two to swap. */
import { describe, expect, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { batchResponse } from '@lpipe/batch-response'
import { errorClassifier } from '@lpipe/error-classifier'
import { messageNormalizer } from '@lpipe/message-normalizer'
import { pathRouter } from '@lpipe/path-router'
import { payloadChain } from '@lpipe/payload-chain'
import { invoke, memoryQueue, silentLogger, sqsEvent } from '@lpipe/testing'
import middy, { type MiddlewareObj } from '@middy/core'
import { FailCatastrophically, InvalidConfigurationError, payload } from 'lpipe-preset'

const { queue, sent } = memoryQueue()
const work = ({ fail, n }: { fail?: boolean; n: number }) => {
  if (fail) throw new FailCatastrophically('later')
  return payload({ queue, kwargs: { n } })
}

const make: Readonly<Record<string, () => MiddlewareObj<unknown, unknown>>> = {
  batchResponse,
  errorClassifier: () => errorClassifier({ logger: silentLogger() }),
  batchDecoder,
  messageNormalizer,
  payloadChain,
  pathRouter: () => pathRouter({ paths: { WORK: [work] } }),
}
const names = Object.keys(make)

const to = (n: number, fail = false) => ({ path: 'WORK', kwargs: { n, fail } })
/** A good, a bad and a failing message. */
const event = sqsEvent([to(0), '{', to(2, true)])
const documented = { batchItemFailures: [{ itemIdentifier: 'message-2' }] }

const permutationsOf = (list: readonly string[]): string[][] =>
  list.length === 0
    ? [[]]
    : list.flatMap((one) => permutationsOf(list.filter((other) => other !== one)).map((rest) => [one, ...rest]))

/** Returns the response or the error, and what was sent. */
const outcomeOf = async (order: readonly string[]) => {
  const start = sent.length
  const handler = middy().use(order.map((name) => (make[name] as () => MiddlewareObj<unknown, unknown>)()))
  const answer = await invoke(handler, event).catch((error: unknown) => error)
  return { answer, sent: sent.slice(start).map(({ body }) => body) }
}

/** The two middlewares that an error names: the first must come before the second. */
const namedIn = (message: string): readonly [string, string] => {
  const [, early, late] = /^(\w+)\(\) must be used before (\w+)\(\)\. Swap them$/.exec(message) ?? []
  if (early !== undefined && late !== undefined) return [early, late]
  const [, dependent, required] = /^(\w+)\(\) requires (\w+)\(\) before it\./.exec(message) ?? []
  return [required ?? message, dependent ?? message]
}

test('in each of the 720 orders', async () => {
  const orders = permutationsOf(names)
  expect(orders).toHaveLength(720)
  let documentedOrders = 0
  for (const order of orders) {
    const { answer, sent: entries } = await outcomeOf(order)
    if (answer instanceof InvalidConfigurationError) {
      const [early, late] = namedIn(answer.message)
      expect({ order, early, late, swapped: order.indexOf(early) > order.indexOf(late) }).toEqual({
        order,
        early: expect.stringMatching(`^(?:${names.join('|')})$`),
        late: expect.stringMatching(`^(?:${names.join('|')})$`),
        swapped: true,
      })
      expect(entries).toEqual([])
    } else {
      documentedOrders += 1
      expect({ order, answer, entries }).toEqual({ order, answer: documented, entries: [{ n: 0 }] })
    }
  }
  expect(documentedOrders).toBeGreaterThanOrEqual(1)
})

test('swapping what the errors name leads to the documented order', async () => {
  for (const start of [
    names.toReversed(),
    ['pathRouter', ...names.slice(0, -1)],
    [...names.slice(1), names[0] ?? ''],
  ]) {
    const order = [...start]
    let answer: unknown
    for (let swaps = 0; swaps < 20; swaps += 1) {
      ;({ answer } = await outcomeOf(order))
      if (!(answer instanceof Error)) break
      const [early, late] = namedIn(answer.message)
      const [i, j] = [order.indexOf(early), order.indexOf(late)]
      order[i] = late
      order[j] = early
    }
    expect(answer).toEqual(documented)
  }
})

describe('left out', () => {
  const without = (...missing: string[]) => outcomeOf(names.filter((name) => !missing.includes(name)))

  test.each([
    ['batchResponse', 'errorClassifier() requires batchResponse() before it. Add it, or swap them if it comes later'],
    ['batchDecoder', 'messageNormalizer() requires batchDecoder() before it. Add it, or swap them if it comes later'],
    [
      'messageNormalizer',
      'pathRouter() requires messageNormalizer() before it. Add it, or swap them if it comes later',
    ],
    [
      'pathRouter',
      'lpipe: the handler must return 2 settled results, for example Promise.allSettled(...), and returned missing. ' +
        'Otherwise set `call` or `paths`',
    ],
  ])('%s: the invocation throws', async (name, message) => {
    const { answer, sent: entries } = await without(name)
    expect(answer).toEqual(new InvalidConfigurationError(message))
    expect(entries).toEqual([])
  })

  test('errorClassifier: every error keeps its message on the queue', async () => {
    expect(await without('errorClassifier')).toEqual({
      answer: { batchItemFailures: [{ itemIdentifier: 'message-1' }, { itemIdentifier: 'message-2' }] },
      sent: [{ n: 0 }],
    })
  })

  test('payloadChain: a message that returns a payload fails', async () => {
    expect(await without('payloadChain')).toEqual({
      answer: { batchItemFailures: [{ itemIdentifier: 'message-0' }, { itemIdentifier: 'message-2' }] },
      sent: [],
    })
  })

  test.each(names)('all but %s: the invocation throws', async (name) => {
    expect((await outcomeOf([name])).answer).toEqual(expect.any(InvalidConfigurationError))
  })
})

test.each(names)('%s used twice: the invocation throws', async (name) => {
  const order = names.flatMap((one) => (one === name ? [one, one] : [one]))
  expect((await outcomeOf(order)).answer).toEqual(new InvalidConfigurationError(`${name}() is used twice. Remove one`))
})
