import { describe, expect, test } from '@jest/globals'
import { FailButContinue } from '@lpipe/core'
import { blockedByFailure, type InvocationBatch, reject, SkippedError, settle } from '@lpipe/core/middleware'
import { batchWith, recordsOf } from '../batch-with.ts'

const blocked = (batch: InvocationBatch) => batch.received.map((message) => blockedByFailure(batch, message)?.message)
const why = 'skipped, because message id-1 of the same ordering group failed'

const messageAt = (batch: InvocationBatch, index: number) => batch.received[index] as never

describe('after a failed message', () => {
  test('later messages of its group must not be processed; others may', () => {
    const batch = batchWith(recordsOf('a', 'a', 'b', 'a', 'b'))
    reject(batch, messageAt(batch, 1), new Error('x'))
    expect(blocked(batch)).toEqual([undefined, undefined, undefined, why, undefined])
    expect(blockedByFailure(batch, messageAt(batch, 3))).toBeInstanceOf(SkippedError)
  })

  test('an empty group keeps order too', () => {
    const batch = batchWith(recordsOf('', '', ''))
    reject(batch, messageAt(batch, 1), new Error('x'))
    expect(blocked(batch)).toEqual([undefined, undefined, why])
  })

  test('the first failed message counts, in whichever order they failed', () => {
    const batch = batchWith(recordsOf('a', 'a', 'a', 'a'))
    reject(batch, messageAt(batch, 2), new Error('x'))
    reject(batch, messageAt(batch, 1), new Error('x'))
    expect(blocked(batch)).toEqual([undefined, undefined, why, why])
  })

  test('a batch may continue', () => {
    const batch = batchWith(recordsOf('a', 'a', 'a'))
    batch.use({ continueAfterFailure: true })
    reject(batch, messageAt(batch, 1), new Error('x'))
    expect(blocked(batch)).toEqual([undefined, undefined, undefined])
  })

  test('messages without a group are independent', () => {
    const batch = batchWith(recordsOf(undefined, undefined, undefined))
    reject(batch, messageAt(batch, 1), new Error('x'))
    expect(blocked(batch)).toEqual([undefined, undefined, undefined])
  })
})

test('a dropped or succeeded message blocks no other', () => {
  const batch = batchWith(recordsOf('a', 'a', 'a'))
  batch.use({ classify: () => 'dropped' })
  reject(batch, messageAt(batch, 0), new FailButContinue('x'))
  settle(batch, messageAt(batch, 1), { status: 'fulfilled', value: 1 })
  expect(blocked(batch)).toEqual([undefined, undefined, undefined])
})
