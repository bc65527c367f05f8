import { describe, expect, test } from '@jest/globals'
import { FailButContinue } from '@lpipe/core'
import type { DeadLetter } from '@lpipe/payload-chain'
import { memoryQueue, sqsEvent } from '@lpipe/testing'
import { outcomes, run } from './pipeline.ts'

/** Bytes of a dead-letter queue's limit that are kept for headers and a path. */
const reserve = 2048

/** Drops a message whose record has a member of its own, and returns the dead letter for a queue with a limit. */
const letterOf = async (value: unknown, maxBytes: number): Promise<DeadLetter> => {
  const dead = memoryQueue({ name: 'dead', maxBytes })
  const event = sqsEvent([{}])
  Object.assign(event.Records[0] ?? {}, { value })
  const call = () => {
    throw Object.assign(new FailButContinue('enough'), { stack: undefined }) // traces differ in length
  }
  expect(outcomes(await run(event, { call, chain: { deadLetter: dead.queue } }))).toEqual(['dropped'])
  return dead.sent[0]?.body as DeadLetter
}

const valueIn = ({ record }: DeadLetter) => (record as { value: unknown } | null)?.value
const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value))

describe('a record', () => {
  test('that just fits is kept as it came, one of a byte more is cut', async () => {
    const text = 'x'.repeat(150_000)
    const limit = bytesOf(await letterOf(text, 1_000_000)) + reserve
    expect(valueIn(await letterOf(text, limit))).toBe(text)
    expect(valueIn(await letterOf(`${text}x`, limit))).toBe(`${'x'.repeat(100_000)}... (150001 characters)`)
  })

  test('is cut no more than is necessary', async () => {
    const text = 'x'.repeat(2_000_000)
    const cut = async (length: number, maxBytes: number) =>
      expect(valueIn(await letterOf(text, maxBytes))).toBe(`${'x'.repeat(length)}... (2000000 characters)`)
    await cut(100_000, 110_000)
    await cut(10_000, 100_000)
    await cut(1000, 10_000)
    await cut(100, 3800)
  })

  test('whose strings are short is cut to 100 elements', async () => {
    const letter = await letterOf(Array(100_000).fill(7), 100_000)
    expect(valueIn(letter)).toEqual(Array(100).fill(7))
  })

  test('is cut to eight levels', async () => {
    let value: unknown = 'x'.repeat(100_000)
    for (let level = 0; level < 20; level += 1) value = { a: value }
    const { record } = await letterOf(value, 50_000)
    expect(JSON.stringify(valueIn({ record } as DeadLetter))).toBe(
      `${'{"a":'.repeat(7)}"[nested too deeply]"${'}'.repeat(7)}`,
    )
  })

  test('that is too large even so is left out', async () => {
    const value = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [index, 'x'.repeat(100)]))
    const letter = await letterOf(value, 8000)
    expect(letter.record).toBeNull()
    expect(letter.truncated).toMatch(/^the record has \d+ bytes and was cut; it cannot be sent back$/)
  })
})

test('the ids of a record are cut to 8,000 characters', async () => {
  const dead = memoryQueue({ name: 'dead' })
  const event = sqsEvent([{}])
  Object.assign(event.Records[0] ?? {}, { eventSourceARN: 'x'.repeat(9000) })
  const call = () => {
    throw new FailButContinue('enough')
  }
  await run(event, { call, chain: { deadLetter: dead.queue } })
  expect(dead.sent[0]?.body).toMatchObject({ source: { arn: `${'x'.repeat(8000)}... (9000 characters)` } })
})
