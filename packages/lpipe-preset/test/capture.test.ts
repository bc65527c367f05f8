import { describe, expect, test } from '@jest/globals'
import { messageSource, openBatch } from '@lpipe/core'
import { invoke, sqsEvent } from '@lpipe/testing'
import middy, { type MiddlewareObj } from '@middy/core'
import { FailCatastrophically, lpipe } from 'lpipe-preset'
import { silent } from './loggers.ts'

const fail = ({ id }: { readonly id: number }): void => {
  if (id === 1) throw new FailCatastrophically('one')
}
const event = sqsEvent([{ id: 0 }, { id: 1 }])
const answer = { batchItemFailures: [{ itemIdentifier: 'message-1' }] }

describe('capture', () => {
  test('is waited for', async () => {
    const captured: string[] = []
    const capture = async (error: unknown) => {
      await Promise.resolve()
      captured.push(String(error))
    }
    expect(await invoke(middy().use(lpipe({ call: fail, capture, logger: silent })), event)).toEqual(answer)
    expect(captured).toEqual(['FailCatastrophically: one'])
  })

  test('is told also if a middleware between the classifier and the answer throws', async () => {
    const captured: string[] = []
    const capture = (error: unknown) => captured.push(String(error))
    const [response, ...others] = lpipe({ call: fail, capture, logger: silent })
    const broken: MiddlewareObj = {
      after: () => {
        throw new Error('broken')
      },
    }
    const handler = middy().use([response as MiddlewareObj, broken, ...others])
    await expect(invoke(handler, event)).rejects.toThrow('broken')
    expect(captured).toEqual(['FailCatastrophically: one'])
  })

  test('that never ends does not make the answer late', async () => {
    const deadline = performance.now() + 300
    const getRemainingTimeInMillis = () => deadline - performance.now()
    const capture = () => new Promise(() => undefined)
    const handler = middy().use(lpipe({ call: fail, capture, logger: silent }))
    expect(await invoke(handler, event, { getRemainingTimeInMillis })).toEqual(answer)
    expect(performance.now()).toBeLessThan(deadline)
  })
})

describe('what is done at the end of a batch', () => {
  const atEnd = (done: string[]): MiddlewareObj => ({
    before: (request) => {
      const batch = openBatch(request)
      batch.endings.push(() => done.push('the end'))
    },
  })

  test.each(['before', 'after'])('comes when the source queue was spoken to (%s lpipe)', async (place) => {
    const done: string[] = []
    const sqs = messageSource({
      remove: async () => {
        done.push('removed')
        return []
      },
      postpone: async () => {
        done.push('postponed')
        return []
      },
    })
    const pipeline = lpipe({ call: fail, logger: silent, partialFailures: 'delete', retryDelaySeconds: 5, sqs })
    const handler = middy().use(place === 'before' ? [atEnd(done), ...pipeline] : [...pipeline, atEnd(done)])
    await expect(invoke(handler, event)).rejects.toThrow('one')
    expect(done).toEqual(['removed', 'postponed', 'the end'])
  })
})
