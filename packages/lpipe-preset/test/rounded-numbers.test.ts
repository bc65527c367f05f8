/** Numbers with more digits than JavaScript keeps, in each of the built-in sources. */
import { describe, expect, test } from '@jest/globals'
import {
  awslogsEvent,
  invoke,
  kinesisEvent,
  type LoggedLine,
  memoryLogger,
  memoryQueue,
  sqsEvent,
} from '@lpipe/testing'
import middy from '@middy/core'
import { action, type LpipeContext, type LpipeOptions, lpipe } from 'lpipe-preset'

const long = '{"path":"SHARE","kwargs":{"secretName":0.98765432109876543210123}}'
const short = '{"path":"SHARE","kwargs":{"secretName":0.9876543210987654}}'

/** Returns what the functions saw, and the lines that were logged about numbers. */
const run = async (event: unknown, options: Partial<LpipeOptions> = {}) => {
  const logger = memoryLogger()
  const seen: unknown[] = []
  const share = ({ secretName }: { secretName: unknown }) => void seen.push(secretName)
  const handler = middy().use(lpipe({ paths: { SHARE: [share] }, logger, ...options } as LpipeOptions))
  await invoke(handler, event)
  return { seen, lines: logger.lines.filter(({ message }) => message.includes('digits')) }
}

const warning = (messages: number, counted: string, fields: object): LoggedLine => ({
  level: 'warn',
  message: `numbers with more digits than JavaScript keeps were rounded in ${counted}. Send them as strings`,
  fields: { messages, ...fields },
})

const ids = { messageId: expect.any(String), eventSource: expect.stringMatching(/^arn:/) }

describe('messages with such a number are processed, and one line counts them', () => {
  test.each([
    ['SQS', sqsEvent([short, long, long]), ids],
    ['Kinesis', kinesisEvent([short, long, long]), ids],
    ['RAW', [short, long, long], { messageId: 1 }],
    ['CloudWatch Logs', awslogsEvent([short, long, long]), { messageId: 1 }],
  ])('%s', async (_, event, fields) => {
    const { seen, lines } = await run(event)
    expect(seen).toEqual([0.9876543210987654, 0.9876543210987654, 0.9876543210987654])
    expect(lines).toEqual([warning(2, '2 messages', fields)])
  })
})

test('the line names the first of the messages', async () => {
  const event = sqsEvent([short, long, long])
  const { lines } = await run(event)
  expect(lines[0]?.fields['messageId']).toBe(event.Records[1]?.messageId)
})

test('one message; with a body for a single function', async () => {
  const { lines } = await run(sqsEvent(['{"total":{"amount":12345678901234567.890e-10}}']), {
    paths: undefined,
    call: () => undefined,
  } as never)
  expect(lines).toEqual([warning(1, '1 message', ids)])
})

test('the detail of an EventBridge event that is a text', async () => {
  const { lines } = await run([`{"source":"a","detail-type":"b","detail":${long}}`])
  expect(lines).toEqual([warning(1, '1 message', { messageId: 0 })])
})

test('a handler of its own', async () => {
  const logger = memoryLogger()
  const own = middy(async (_: unknown, { lpipe: { messages } }: LpipeContext) => Promise.allSettled(messages))
  await invoke(own.use(lpipe({ logger })), sqsEvent([long]))
  expect(logger.lines.filter(({ level }) => level === 'warn')).toEqual([warning(1, '1 message', ids)])
})

test.each([
  ['as many digits as a double has', '{"n":[0.30000000000000004,1.7976931348623157e+8,9007199254740991]}'],
  ['zeros at its end', '{"n":10.500000000000000000000000}'],
  ['a string', '{"n":"0.98765432109876543210123","-0.98765432109876543210123":": 0.98765432109876543210123"}'],
])('a number with %s is not counted', async (_, kwargs) => {
  expect(await run(sqsEvent([`{"path":"SHARE","kwargs":${kwargs}}`]))).toEqual({ seen: [undefined], lines: [] })
})

test('nothing a message holds is logged', async () => {
  const { lines } = await run(sqsEvent([long]))
  expect(JSON.stringify(lines)).not.toMatch(/secretName|98765|SHARE/)
})

test('a queue receives the number that the functions see', async () => {
  const audit = memoryQueue()
  const paths = { SHARE: [action({ queues: [audit.queue], includeAllParams: true })] }
  const { lines } = await run(sqsEvent([long]), { paths } as never)
  expect(audit.sent.map(({ body }) => body)).toEqual([{ secretName: 0.9876543210987654 }])
  expect(lines).toHaveLength(1)
})

describe('an event that Lambda has parsed: an integer beyond 2^53 - 1 may be a rounded one', () => {
  const parsed = (text: string): unknown => JSON.parse(text)
  const large = '{"path":"SHARE","kwargs":{"secretName":{"list":[9007199254740993]}}}'

  test.each([
    ['an object', parsed(large), 0],
    ['an array', parsed(`[${short},${large}]`), 1],
    ['an EventBridge event', parsed(`{"source":"a","detail-type":"b","detail":${large}}`), 0],
    ['1e400, which is Infinity', parsed(large.replace('9007199254740993', '-1e400')), 0],
  ])('%s', async (_, event, messageId) => {
    const { seen, lines } = await run(event)
    expect(seen).toHaveLength(messageId + 1)
    expect(lines).toEqual([warning(1, '1 message', { messageId })])
  })

  test('a frozen message, which cannot be marked, is processed too', async () => {
    expect(await run(Object.freeze(parsed(large)))).toEqual({ seen: [{ list: [2 ** 53] }], lines: [] })
  })

  test('others are not counted, and a cycle ends', async () => {
    const cycle: Record<string, unknown> = { largest: Number.MAX_SAFE_INTEGER, fraction: 0.1 }
    cycle['self'] = [cycle]
    const { seen, lines } = await run({ path: 'SHARE', kwargs: { secretName: 1, cycle } })
    expect([seen, lines]).toEqual([[1], []])
  })
})
