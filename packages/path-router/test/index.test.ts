import { describe, expect, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { action, InvalidConfigurationError, payload, queue } from '@lpipe/core'
import { messageNormalizer } from '@lpipe/message-normalizer'
import { pathRouter } from '@lpipe/path-router'
import { invoke } from '@lpipe/testing'
import middy from '@middy/core'
import { response, run } from './run.ts'

const reasonsOf = async (options: object, event: unknown): Promise<string[]> => {
  const { received } = await run(options, event)
  return received.map(({ result }) => (result?.status === 'rejected' ? String(result.reason) : 'ok'))
}

describe('entries', () => {
  const paths = {
    ORDER: [action({ functions: [() => payload({ path: 'CHARGE' })], paths: ['SHIP'] })],
    CHARGE: [() => undefined],
    SHIP: [() => undefined],
  }
  const to = (path: string) => ({ path, kwargs: {} })

  test('are the only paths that a message may name, in any case', async () => {
    const refused = 'which is not one of the `entries`'
    expect(
      await reasonsOf({ paths, entries: ['order'] }, [
        to('ORDER'),
        to('Path.Order'),
        to('CHARGE'),
        to('ship'),
        to('X'),
      ]),
    ).toEqual([
      'ok',
      'ok',
      `InvalidPathError: the message names the path CHARGE, ${refused}`,
      `InvalidPathError: the message names the path SHIP, ${refused}`,
      'InvalidPathError: the message names a path that does not exist. Paths: ORDER, CHARGE, SHIP',
    ])
  })

  test('are all paths by default', async () => {
    expect(await reasonsOf({ paths }, [to('ORDER'), to('CHARGE'), to('SHIP')])).toEqual(['ok', 'ok', 'ok'])
  })

  test('do not concern `defaultPath`, which no message names', async () => {
    expect(await reasonsOf({ paths, entries: ['ORDER'], defaultPath: 'SHIP' }, [{}])).toEqual(['ok'])
    expect(await reasonsOf({ paths, entries: [], defaultPath: 'SHIP' }, [{}])).toEqual(['ok'])
  })
})

test('an error about a path that a message names does not quote the name, which is a value of the message', async () => {
  const [reason] = await reasonsOf({ paths: { A: [() => 1] } }, [{ path: 'hunter2', kwargs: {} }])
  expect(reason).not.toContain('hunter2')
})

describe('without a middleware that it requires, it throws', () => {
  const noop = () => undefined
  const bare = (...middlewares: object[]) => middy().use([response(), ...middlewares])

  test('no decoder', async () => {
    await expect(invoke(bare(pathRouter({ call: noop })), [])).rejects.toThrow(
      new InvalidConfigurationError(
        'pathRouter() requires batchDecoder() before it. Add it, or swap them if it comes later',
      ),
    )
  })

  test('no normalizer', async () => {
    await expect(invoke(bare(batchDecoder(), pathRouter({ call: noop })), [{}])).rejects.toThrow(
      new InvalidConfigurationError(
        'pathRouter() requires messageNormalizer() before it. Add it, or swap them if it comes later',
      ),
    )
  })

  test('a normalizer of another mode: each message fails', async () => {
    const handler = bare(batchDecoder(), messageNormalizer({ basic: true }), pathRouter({ paths: { A: [noop] } }))
    const results = await invoke<PromiseRejectedResult[]>(handler, [{ path: 'A', kwargs: {} }])
    expect(results.map(({ reason }) => String(reason))).toEqual([
      'InvalidConfigurationError: pathRouter: `paths` without `defaultPath` requires messageNormalizer({ basic: false })',
    ])
  })

  const needsChain = 'pathRouter: payloads and queues require payloadChain() before it'

  test('no chain, but an action with queues: before anything runs', async () => {
    const ran: unknown[] = []
    const to = queue({ type: 'sqs', name: 'q' })
    const paths = {
      A: [() => ran.push(1)],
      B: [action({ functions: [noop] }), action({ paths: ['A'], queues: [to], includeAllParams: true })],
    }
    const handler = bare(batchDecoder(), messageNormalizer(), pathRouter({ paths }))
    await expect(invoke(handler, [{ path: 'A', kwargs: {} }])).rejects.toThrow(
      new InvalidConfigurationError(needsChain),
    )
    expect(ran).toEqual([])
  })

  test('no chain, but a function that returns a payload: the message fails', async () => {
    const paths = { A: [() => payload({ path: 'A' })] }
    const handler = bare(batchDecoder(), messageNormalizer(), pathRouter({ paths }))
    const [result] = await invoke<PromiseRejectedResult[]>(handler, [{ path: 'A', kwargs: {} }])
    expect(String(result?.reason)).toBe(`InvalidConfigurationError: ${needsChain}`)
  })
})

test('names its hook, for stack traces', () => {
  expect(pathRouter({ call: () => undefined }).before?.name).toBe('pathRouterBefore')
})

test('`reserveMillis` reserves time at the end of the invocation', async () => {
  const { deadline } = await run({ call: () => undefined, reserveMillis: 700 }, [{}], {
    getRemainingTimeInMillis: () => 60_000,
  })
  expect(deadline.reserveMillis).toBe(700)
})
