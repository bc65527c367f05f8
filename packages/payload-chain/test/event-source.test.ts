import { expect, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { action, type Call, type LpipeContext, type Message, payload } from '@lpipe/core'
import { messageNormalizer } from '@lpipe/message-normalizer'
import { pathRouter } from '@lpipe/path-router'
import { payloadChain } from '@lpipe/payload-chain'
import { invoke, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { reasons, responseOfOutcomes } from './pipeline.ts'

test.each(['SHIP', 'ship'])(
  'a function sees the queue of its message, also if a handler sent it to %s',
  async (path) => {
    const seen: unknown[] = []
    const ship = (_: object, { payload: { eventSource } }: Call) => void seen.push(eventSource)
    const event = sqsEvent([{}])
    let received: readonly Message[] = []
    const handler = middy(async (_: unknown, { lpipe }: LpipeContext) =>
      Promise.allSettled(lpipe.messages.map(async () => payload({ path, kwargs: {} }))),
    )
      .use([
        responseOfOutcomes(),
        batchDecoder(),
        messageNormalizer({ basic: true }),
        payloadChain(),
        pathRouter({ paths: { SHIP: [action({ functions: [ship] })] }, defaultPath: 'SHIP' }),
      ])
      .before(({ context }) => {
        received = (context as LpipeContext).lpipe.received
      })
    await invoke(handler, event)
    expect(reasons(received)).toEqual(['ok'])
    expect(seen).toEqual([event.Records[0]?.eventSourceARN])
  },
)
