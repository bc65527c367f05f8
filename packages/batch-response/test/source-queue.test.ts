import { describe, expect, jest, test } from '@jest/globals'
import { FailCatastrophically } from '@lpipe/core'
import { dryRunContext, type SourceQueue } from '@lpipe/core/middleware'
import { kinesisEvent, lambdaContext, sqsEvent } from '@lpipe/testing'
import { dropped, failed, failedAt, memorySource, respondWith } from './memory-source.ts'
import { thrownBy } from './respond.ts'

describe("partialFailures: 'delete'", () => {
  const partialFailures = 'delete'

  test('deletes what succeeded or was dropped, then throws, so that Lambda keeps what failed', async () => {
    const sqs = memorySource()
    const { response } = respondWith(sqsEvent([{}, {}, '{', {}]), [undefined, failed, undefined, dropped], {
      partialFailures,
      sqs,
    })
    const error = await thrownBy(response)
    expect(error).toBeInstanceOf(FailCatastrophically)
    expect(error.message).toBe(
      '1 message failed, and the others were deleted. First error: FailCatastrophically: later',
    )
    expect(error.cause?.errors).toEqual([failed])
    expect(sqs.removed).toEqual(['message-0', 'message-2', 'message-3'])
  })

  test('deletes nothing if nothing failed: Lambda does', async () => {
    const sqs = memorySource()
    const { response } = respondWith(sqsEvent([{}, {}]), [undefined, dropped], { partialFailures, sqs })
    expect(await response).toEqual(failedAt())
    expect(sqs.removed).toEqual([])
  })

  test('logs what it could not delete, which will be redelivered', async () => {
    const { response, log } = respondWith(sqsEvent([{}, {}, {}]), [undefined, undefined, failed], {
      partialFailures,
      sqs: memorySource(1),
    })
    await thrownBy(response)
    expect(log()).toContain('could not delete 1 processed message, redelivered later: message-1')
  })

  test('throws all the same if the call to the queue fails', async () => {
    const sqs = { remove: () => Promise.reject(new Error('no network')), postpone: async () => [] }
    const { response } = respondWith(sqsEvent([{}, {}]), [undefined, failed], { partialFailures, sqs })
    await expect(response).rejects.toThrow()
  })

  test("logs only the class of a service's error, whose text may quote a message, and the text of any other", async () => {
    const serviceError = Object.assign(new Error('a secret'), { name: 'InvalidMessage', $fault: 'client' })
    for (const [error, text] of [
      [serviceError, 'InvalidMessage'],
      [new Error('no network'), 'Error: no network'],
    ] as const) {
      const sqs = { remove: () => Promise.reject(error), postpone: async () => [] }
      const { response, log } = respondWith(sqsEvent([{}, {}]), [undefined, failed], { partialFailures, sqs })
      await thrownBy(response)
      expect(log()).toContain(`a call to the queue that the messages came from failed: ${text}`)
    }
  })

  test('changes nothing for Kinesis and RAW', async () => {
    const sqs = memorySource()
    const event = kinesisEvent([{}, {}])
    const itemIdentifier = event.Records[1]?.kinesis.sequenceNumber
    const kinesis = respondWith(event, [undefined, failed], { partialFailures, sqs })
    expect(await kinesis.response).toEqual({ batchItemFailures: [{ itemIdentifier }] })
    await expect(respondWith([{}, {}], [undefined, failed], { partialFailures, sqs }).response).rejects.toThrow(
      /so that the event fails as a whole/,
    )
    expect(sqs.removed).toEqual([])
  })

  test('does not wait for the queue longer than the invocation has time', async () => {
    const sqs = { ...memorySource(), remove: () => new Promise<never>(() => undefined) }
    jest.useFakeTimers()
    const { response, log } = respondWith(
      sqsEvent([{}, {}]),
      [undefined, failed],
      { partialFailures, sqs },
      { getRemainingTimeInMillis: () => 300 },
    )
    const thrown = thrownBy(response)
    await jest.advanceTimersByTimeAsync(299)
    jest.useRealTimers()
    expect(await thrown).toBeInstanceOf(FailCatastrophically)
    expect(log()).toContain('could not delete 1 processed message, redelivered later: message-0')
  })

  test('aborts a call that it no longer waits for', async () => {
    const { promise: aborted, resolve } = Promise.withResolvers<string>()
    const remove: SourceQueue['remove'] = (_, signal) =>
      new Promise(() => signal.addEventListener('abort', () => resolve('aborted')))
    const sqs = { ...memorySource(), remove }
    const { response } = respondWith(
      sqsEvent([{}, {}]),
      [undefined, failed],
      { partialFailures, sqs },
      { getRemainingTimeInMillis: () => 200 },
    )
    await thrownBy(response)
    expect(await aborted).toBe('aborted')
  })
})

test('a dry run deletes and postpones nothing', async () => {
  const sqs = memorySource()
  const context = dryRunContext(lambdaContext(), { onSend: () => undefined })
  const options = { partialFailures: 'delete', retryDelaySeconds: 10, sqs } as const
  const { response } = respondWith(sqsEvent([{}, {}]), [failed, undefined], options, context)
  await thrownBy(response)
  expect([sqs.removed, sqs.postponed]).toEqual([[], []])
})
