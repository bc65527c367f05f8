import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { payload, queue } from '@lpipe/core'
import { type Line, type LinesEvent, lineSender, lines } from '@lpipe/template'
import { invoke, silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { lpipe } from 'lpipe-preset'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lpipe-lines-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

test('what the sender writes, the source reads: a message that feeds itself ends', async () => {
  const orders = queue({ type: 'lines', name: 'orders', directory, sender: lineSender })
  const options = {
    call: ({ n }: { n: number }) => payload({ queue: orders, kwargs: { n: n + 1 } }),
    logger: silentLogger(),
    maxHops: 3,
  }
  const written = (): Line[] => {
    const texts = readFileSync(join(directory, 'orders'), 'utf8').trimEnd().split('\n')
    return texts.map((text, index) => ({ file: 'orders', number: index + 1, text }))
  }
  const lastLine = (): LinesEvent => ({ lines: written().slice(-1) })

  expect(await invoke(middy().use(lpipe(options)), sqsEvent([{ n: 0 }]))).toEqual({ batchItemFailures: [] })
  const handler = middy().use(lpipe({ ...options, source: lines() }))
  expect(await invoke(handler, lastLine())).toEqual({ batchItemFailures: [] })
  expect(await invoke(handler, lastLine())).toEqual({ batchItemFailures: [] })
  expect(await invoke(handler, lastLine())).toEqual({ batchItemFailures: [{ itemIdentifier: 'orders:3' }] })
  expect(written().map(({ text }) => JSON.parse(text).body)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
})
