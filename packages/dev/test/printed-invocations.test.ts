import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createPrinter } from '../src/print.ts'
import { type RunningShop, startShop } from './helpers.ts'

let shop: RunningShop
beforeAll(async () => {
  shop = await startShop({ logs: false })
})
afterAll(() => shop.stop())

/** Returns the lines of the invocations of a Lambda, each with the lines of its errors. */
const linesOf = (lambda: string): readonly string[] =>
  shop.lines
    .join('\n')
    .split(/\n(?=\d\d:\d\d:\d\d {2})/)
    .filter((line) => line.includes(`  ${lambda}  `))
    .map((line) => line.replace(/^.{8} {2}(\w+) {2}\w{8}/, '$1').replace(/\d+ ms(, cold start)?/, 'N ms'))

test('a dropped and a failed message are printed as such, with the error and its place', async () => {
  // The one that fails is last: it comes back, and would share an invocation with a message sent after it.
  for (const path of ['DROP', 'ENVIRONMENT', 'FAIL']) {
    const [id = ''] = await shop.dev.send('orders', [{ path, kwargs: {} }])
    await shop.reaches(id, 'dropped', 'failed', 'dead', 'succeeded')
  }
  expect(linesOf('orders')).toEqual(
    expect.arrayContaining([
      expect.stringMatching(
        /^orders {2}1 message: 1 dropped, N ms\n {2}FailButContinue: no customer wants it \(orders\.ts:\d+:\d+\)$/,
      ),
      expect.stringMatching(
        /^orders {2}1 message: 1 failed, N ms\n {2}FailCatastrophically: the printer is out of paper \(orders\.ts:\d+:\d+\)$/,
      ),
      'orders  1 message: succeeded, N ms',
    ]),
  )
})

test('an error that several messages of an invocation have is printed once', () => {
  const lines: string[] = []
  const error = (message: string) => ({ name: 'Error', message, frames: [], causes: [] })
  const invocation = { requestId: '01234567-89', lambda: 'orders', startedAt: 0, coldStart: false, millis: 5 } as const
  createPrinter((line) => lines.push(line), true).invocation(
    { ...invocation, records: 4, failedRecords: 2, outcome: 'partial' },
    { dropped: 1, errors: [error('no box'), error('no price'), error('no box')] },
  )
  expect(lines.map((line) => line.replace(/^\d\d:\d\d:\d\d/, 'TIME'))).toEqual([
    'TIME  orders  01234567  4 messages: 2 failed, 1 dropped, 5 ms',
    '  Error: no box',
    '  Error: no price',
  ])
})
