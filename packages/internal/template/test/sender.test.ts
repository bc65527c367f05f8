import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError, payload, type Queue, queue } from '@lpipe/core'
import { lineSender } from '@lpipe/template'
import { invokeWithOutcomes, senderContract, silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { lpipe } from 'lpipe-preset'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lpipe-lines-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const to = (options: object = {}): Queue =>
  queue({ type: 'lines', name: 'orders', directory, sender: lineSender, ...options })

const written = (): unknown[] => {
  try {
    const texts = readFileSync(join(directory, 'orders'), 'utf8').trimEnd().split('\n')
    return texts.map((text) => JSON.parse(text) as unknown)
  } catch {
    return []
  }
}

describe('lineSender keeps the contract of senders', () => {
  test.each(senderContract)('$name', ({ check }) =>
    check({
      sender: lineSender(),
      queue: to(),
      missing: to({ directory: join(directory, 'nowhere') }),
      arrived: async () => written().map((line) => (line as { body: unknown }).body),
    }),
  )
})

test('options are checked when the queue and the sender are made', () => {
  expect(() => to({ directory: undefined })).toThrow(
    new InvalidConfigurationError('queue lines orders: requires `directory`'),
  )
  expect(() => to({ folder: 'x' })).toThrow(/unknown option `folder`/)
  expect(() => lineSender({ maxEntries: 0 })).toThrow(InvalidConfigurationError)
})

test('a directory that does not exist fails the message at once', async () => {
  const missing = to({ directory: join(directory, 'nowhere') })
  const handler = middy().use(lpipe({ call: () => payload({ queue: missing }), logger: silentLogger() }))
  const { outcomes } = await invokeWithOutcomes(handler, sqsEvent([{}]))
  expect(outcomes).toEqual([expect.objectContaining({ outcome: 'failed' })])
  expect(String(outcomes[0]?.error)).toContain('InvalidConfigurationError: lineSender: ENOENT')
})
