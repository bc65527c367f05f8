import { Console } from 'node:console'
import { Logger as PowertoolsLogger } from '@aws-lambda-powertools/logger'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { invoke, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { type Call, FailCatastrophically, fn, type Logger, lpipe } from 'lpipe-preset'
import { type LoggerOptions, pino } from 'pino'
import * as v from 'valibot'

type Line = Readonly<Record<string, unknown>>

let text = ''
const lines = (): Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

const pay = ({ id }: { readonly id: number }, { logger }: Call) => {
  logger.info('about to pay', { amount: 7 })
  if (id === 1) throw new FailCatastrophically('the bank is closed', { cause: new TypeError('no route') })
}

/** What a batch with an error makes a logger write. */
const logged = async (logger: Logger): Promise<Line[]> => {
  await invoke(
    middy().use(lpipe({ paths: { PAY: [pay] }, logger })),
    sqsEvent([0, 1].map((id) => ({ path: 'PAY', kwargs: { id, secret: 'hunter2' } }))),
  )
  expect(text).not.toContain('hunter2')
  return lines()
}

/** Pino takes the fields first. */
const swapped: NonNullable<LoggerOptions['hooks']>['logMethod'] = function swapped(args, log) {
  log.apply(this, args.reverse() as typeof args)
}

beforeEach(() => {
  text = ''
})
afterEach(() => {
  jest.restoreAllMocks()
})

const of = (id: string) => ({ messageId: id, path: 'PAY', function: 'pay' })
const summary = { received: 2, succeeded: 1, dropped: 0, failed: 1, sent: 0, calls: 0 }

describe('Logger of Powertools for AWS Lambda, as it is', () => {
  test('writes the lines of functions, of errors and of the batch, with their fields', async () => {
    for (const stream of [process.stdout, process.stderr]) {
      jest.spyOn(stream, 'write').mockImplementation((chunk) => {
        text += String(chunk)
        return true
      })
    }
    const [first, second, error, end, ...others] = await logged(new PowertoolsLogger({ serviceName: 'orders' }))
    expect(first).toMatchObject({
      level: 'INFO',
      message: 'about to pay',
      amount: 7,
      service: 'orders',
      ...of('message-0'),
    })
    expect(second).toMatchObject({ level: 'INFO', message: 'about to pay', amount: 7, ...of('message-1') })
    expect(error).toMatchObject({
      level: 'ERROR',
      message: 'message message-1 failed: FailCatastrophically: the bank is closed',
      outcome: 'failed',
      ...of('message-1'),
      error: {
        name: 'FailCatastrophically',
        message: 'the bank is closed',
        stack: expect.stringContaining('at pay '),
        cause: { name: 'TypeError', message: 'no route' },
      },
    })
    expect(end).toMatchObject({ level: 'INFO', message: 'batch finished', ...summary })
    expect(others).toEqual([])
  })
})

describe('pino, through its own line', () => {
  test('writes the lines of functions, of errors and of the batch, with their fields', async () => {
    const write = (line: string): void => {
      text += line
    }
    const logger = pino(
      {
        errorKey: 'error',
        hooks: { logMethod: swapped },
      },
      { write },
    )
    const [first, second, error, end, ...others] = await logged(logger)
    expect(first).toMatchObject({ level: 30, msg: 'about to pay', amount: 7, ...of('message-0') })
    expect(second).toMatchObject({ level: 30, msg: 'about to pay', amount: 7, ...of('message-1') })
    expect(error).toMatchObject({
      level: 50,
      msg: 'message message-1 failed: FailCatastrophically: the bank is closed',
      outcome: 'failed',
      ...of('message-1'),
      error: {
        type: 'FailCatastrophically',
        message: 'the bank is closed: no route',
        stack: expect.stringContaining('caused by: TypeError: no route'),
      },
    })
    expect(end).toMatchObject({ level: 30, msg: 'batch finished', ...summary })
    expect(others).toEqual([])
  })
})

describe('a message that a schema refuses, which quotes it', () => {
  const refuse = fn(v.object({ secret: v.number() }), () => undefined)
  const tryAll = (logger: Logger) =>
    invoke(middy().use(lpipe({ call: refuse, logger })), sqsEvent([{ secret: ['hunter', 2].join('') }]))

  test('is not quoted in a log', async () => {
    const capture = (chunk: unknown) => {
      text += String(chunk)
      return true
    }
    for (const stream of [process.stdout, process.stderr]) jest.spyOn(stream, 'write').mockImplementation(capture)
    await invoke(middy().use(lpipe({ call: refuse })), sqsEvent([{ secret: 'hunter2' }]))
    await tryAll(new PowertoolsLogger())
    await tryAll(pino({ errorKey: 'error', hooks: { logMethod: swapped } }, { write: capture }))
    await tryAll(new Console(process.stdout, process.stderr))
    jest.restoreAllMocks()
    expect(text.match(/InvalidPayloadError: /g)?.length).toBeGreaterThanOrEqual(4)
    expect(text).not.toContain('hunter2')
  })
})

describe('console, as it is', () => {
  test('receives each line with its fields', async () => {
    const received: unknown[] = []
    for (const level of ['info', 'error'] as const) {
      jest.spyOn(console, level).mockImplementation((...line) => void received.push([level, ...line]))
    }
    await logged(console)
    expect(received).toEqual([
      ['info', 'about to pay', { amount: 7, ...of('message-0') }],
      ['info', 'about to pay', { amount: 7, ...of('message-1') }],
      ['error', expect.stringContaining('the bank is closed'), expect.objectContaining(of('message-1'))],
      ['info', 'batch finished', expect.objectContaining(summary)],
    ])
  })
})
