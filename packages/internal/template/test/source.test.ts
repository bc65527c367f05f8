import { describe, expect, test } from '@jest/globals'
import { FailCatastrophically } from '@lpipe/core'
import { type LinesEvent, lines } from '@lpipe/template'
import { invoke, silentLogger, sourceContract } from '@lpipe/testing'
import middy from '@middy/core'
import { lpipe } from 'lpipe-preset'

const eventOf = (bodies: readonly unknown[], fileOf = (_: unknown): string => 'orders'): LinesEvent => ({
  lines: bodies.map((body, index) => ({ file: fileOf(body), number: index + 1, text: JSON.stringify({ body }) })),
})

const malformed = (text: string): LinesEvent => ({ lines: [{ file: 'orders', number: 1, text }] })

describe('lines keeps the contract of sources', () => {
  test.each(sourceContract)('$name', ({ check }) => check({ source: lines(), eventOf, malformed }))
})

test('the first failed line of each file is reported', async () => {
  const ran: number[] = []
  const call = ({ id }: { id: number }) => {
    ran.push(id)
    if (id === 1 || id === 3) throw new FailCatastrophically('later')
  }
  const handler = middy().use(lpipe({ call, source: lines(), logger: silentLogger() }))
  const event = eventOf(
    [0, 1, 2, 3, 4, 5].map((id) => ({ id })),
    (body) => ((body as { id: number }).id % 2 === 0 ? 'even' : 'odd'),
  )
  expect(await invoke(handler, event)).toEqual({ batchItemFailures: [{ itemIdentifier: 'odd:2' }] })
  expect(ran).toEqual([0, 1, 2, 4])
})
