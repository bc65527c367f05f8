import { describe, expect, test } from '@jest/globals'
import { kinesis, raw, sqs } from '@lpipe/batch-decoder'
import type { EventSource } from '@lpipe/core'
import {
  type DryRunOptions,
  discardDeadLetters,
  dryRun,
  listDeadLetters,
  type RedriveOptions,
  redrive,
} from '@lpipe/redrive'
import { dynamodbStreams } from '@lpipe/source-dynamodb'
import { kafka } from '@lpipe/source-kafka'
import { sns } from '@lpipe/source-sns'
import { type Line, type LinesEvent, lines } from '@lpipe/template'
import {
  dynamodbEvent,
  eventBridgeEvent,
  invoke,
  kafkaEvent,
  kinesisEvent,
  memoryQueue,
  silentLogger,
  snsEvent,
  sqsEvent,
} from '@lpipe/testing'
import middy from '@middy/core'
import { FailButContinue, lpipe } from 'lpipe-preset'
import { bodiesIn, clientsOf, currentPipeline, start } from './pipeline.ts'

const queueArn = 'arn:aws:sqs:us-east-1:000000000000:orders'

const lineEvent = (bodies: readonly unknown[]): LinesEvent => ({
  lines: bodies.map((body, index) => ({
    file: 'orders',
    number: index + 1,
    text: JSON.stringify({ body, headers: { colour: 'blue' } }),
    queueArn,
  })),
})

/** Puts the dead letters that lpipe writes for an event into the queue `dead-letters`. */
const drop = async (source: EventSource, event: unknown): Promise<void> => {
  const dead = memoryQueue()
  const call = () => {
    throw new FailButContinue('of the test')
  }
  await invoke(middy().use(lpipe({ source, call, deadLetter: dead.queue, logger: silentLogger() })), event)
  await currentPipeline().send(
    'dead-letters',
    dead.sent.map(({ body }) => body),
  )
}

const run = async (source: EventSource, options: Partial<DryRunOptions> = {}) => {
  const events: unknown[] = []
  const bodies: unknown[] = []
  const call = (kwargs: object) => void bodies.push(kwargs)
  const handler = middy()
    .before(({ event }) => void events.push(structuredClone(event)))
    .use(lpipe({ source, call, logger: silentLogger() }))
  const { clients } = currentPipeline()
  const results = await dryRun({ from: 'dead-letters', handler, client: clients.sqs, ...options })
  return { events, bodies, results }
}

const sendBack = (options: Partial<RedriveOptions>) =>
  redrive({ from: 'dead-letters', to: ['orders'], audit: () => undefined, ...clientsOf(currentPipeline()), ...options })

describe('a dry run delivers what lpipe has dropped as Lambda does:', () => {
  const body = { number: 1 }
  const change = { keys: { id: 1 }, newImage: { id: 1 } }

  const ofPipe = kinesisEvent([body]).Records.map(({ kinesis: fields, ...rest }) => ({ ...rest, ...fields }))

  test.each<[what: string, source: EventSource, event: unknown]>([
    ['SQS', sqs(), sqsEvent([body])],
    ['Kinesis', kinesis(), kinesisEvent([body])],
    ['DynamoDB', dynamodbStreams(), dynamodbEvent([change])],
    ['Kafka', kafka(), kafkaEvent([body])],
    ['SNS', sns(), snsEvent([body])],
    ['RAW', raw(), body],
    ['EventBridge', raw(), eventBridgeEvent(body)],
  ])('%s', async (_, source, event) => {
    await start()
    await drop(source, event)
    const { events, bodies, results } = await run(source)
    expect(results).toMatchObject([{ succeeded: true, error: null }])
    expect(events).toEqual([JSON.parse(JSON.stringify(event))])
    expect(bodies).toEqual([source.name === 'dynamodb' ? expect.objectContaining({ newImage: { id: 1 } }) : body])
  })

  test('an element of an array, and a record of a pipe', async () => {
    await start()
    await drop(raw(), [['text']])
    expect((await run(raw())).events).toEqual([[['text']]])
    await start()
    await drop(kinesis(), ofPipe)
    const { events, bodies } = await run(kinesis())
    expect([events, bodies]).toEqual([[{ Records: ofPipe }], [body]])
  })
})

describe('a source of a third party', () => {
  const sources = [lines()]
  const startWithLetter = async () => {
    await start()
    await drop(lines(), lineEvent([{ number: 1 }]))
  }

  test('its dead letters show their body', async () => {
    await startWithLetter()
    const client = currentPipeline().clients.sqs
    const [known] = await listDeadLetters({ from: 'dead-letters', client, sources })
    expect(known).toMatchObject({ body: { number: 1 }, source: { type: 'lines', arn: queueArn, id: 'orders:1' } })
    const [unknown] = await listDeadLetters({ from: 'dead-letters', client })
    expect(unknown).toMatchObject({ body: { file: 'orders', number: 1 } })
    expect(
      await listDeadLetters({ from: 'dead-letters', client, sources, filter: { text: '{"number":1}' } }),
    ).toHaveLength(1)
  })

  test('is run dry, with its own event; edited too', async () => {
    await startWithLetter()
    const { events, bodies, results } = await run(lines(), { sources })
    expect(results).toMatchObject([{ succeeded: true }])
    expect([events, bodies]).toEqual([[lineEvent([{ number: 1 }])], [{ number: 1 }]])
    const edited = await run(lines(), { sources, edit: ({ body }) => ({ ...(body as object), number: 2 }) })
    expect([edited.events, edited.bodies]).toEqual([[lineEvent([{ number: 2 }])], [{ number: 2 }]])
  })

  test('is sent back to its queue; edited too', async () => {
    await startWithLetter()
    expect(await sendBack({ sources })).toMatchObject({ redriven: 1, sent: { orders: 1 }, left: [] })
    await drop(lines(), lineEvent([{ number: 1 }]))
    expect(await sendBack({ sources, edit: () => ({ number: 2 }) })).toMatchObject({ redriven: 1, left: [] })
    expect(await bodiesIn('orders')).toEqual([
      { body: { number: 1 }, headers: { colour: 'blue' } },
      { body: { number: 2 }, headers: { colour: 'blue' } },
    ])
  })

  test('is sent back only to what `to` lists', async () => {
    await startWithLetter()
    expect(await sendBack({ sources, to: ['parcels'] })).toMatchObject({
      redriven: 0,
      left: [{ reason: expect.stringMatching(/^`to` does not list/) }],
    })
  })

  test('that is not in `sources` is neither run dry nor sent back', async () => {
    await startWithLetter()
    const reason = 'lpipe does not know its event source: pass it in `sources`'
    const { events, results } = await run(lines())
    expect([events, results]).toMatchObject([[], [{ succeeded: false, error: { message: reason } }]])
    expect(await sendBack({})).toMatchObject({ redriven: 0, left: [{ reason }] })
  })

  test('without `eventOf` whose events are other ones is not run dry', async () => {
    await startWithLetter()
    const { eventOf: _, ...rest } = lines()
    expect((await run(lines(), { sources: [rest] })).results).toMatchObject([
      {
        succeeded: false,
        error: {
          message: 'its event source does not take `{ Records: [record] }` for an event, and has no `eventOf`',
        },
      },
    ])
  })

  test('without `sentOf` is not sent back', async () => {
    await startWithLetter()
    const { sentOf: _, ...rest } = lines()
    expect(await sendBack({ sources: [rest] })).toMatchObject({
      left: [{ reason: 'it can be sent back only to sqs and kinesis, and its source is another one' }],
    })
  })

  test('without `withText`: the whole record is edited', async () => {
    await startWithLetter()
    const { withText: _, ...rest } = lines()
    const edit = ({ body }: { body: unknown }) => ({ ...(body as Line), text: '{"body":{"number":2}}' })
    expect(await sendBack({ sources: [rest], edit })).toMatchObject({ redriven: 1, left: [] })
    expect(await bodiesIn('orders')).toEqual([{ body: { number: 2 } }])
  })

  test('whose methods throw: the dead letter stays, and no text of it is quoted', async () => {
    await startWithLetter()
    const throwing = () => {
      throw new TypeError('a secret')
    }
    const reason = 'its event source threw TypeError'
    const edit = () => ({ number: 2 })
    const { results } = await run(lines(), { sources: [{ ...lines(), eventOf: throwing }] })
    expect(results).toMatchObject([{ error: { message: reason } }])
    expect(await sendBack({ sources: [{ ...lines(), sentOf: throwing }] })).toMatchObject({ left: [{ reason }] })
    expect(await sendBack({ sources: [{ ...lines(), withText: throwing }], edit })).toMatchObject({
      left: [{ reason }],
    })
    expect(await bodiesIn('dead-letters')).toHaveLength(1)
  })

  test('that throws an InvalidPayloadError: the dead letter stays with its text', async () => {
    await startWithLetter()
    expect(await sendBack({ sources, edit: () => 'not JSON' })).toMatchObject({
      left: [{ reason: 'its body must be valid JSON, received string' }],
    })
  })

  test.each([
    [{ type: 'ftp', body: '' }, 'it does not name the queue or stream that it came from'],
    [{ type: 'kinesis', body: '' }, 'it does not name the queue or stream that it came from'],
    [{ type: 'sqs' }, '`sentOf` of its event source must return a `type` and a `body`, a text or bytes'],
    [undefined, '`sentOf` of its event source must return a `type` and a `body`, a text or bytes'],
  ])('whose `sentOf` returns %j', async (sent, reason) => {
    await startWithLetter()
    const source = { ...lines(), sentOf: () => sent as never }
    expect(await sendBack({ sources: [source] })).toMatchObject({ redriven: 0, left: [{ reason }] })
  })

  test('comes before a source that is built in, which answers what it leaves open', async () => {
    await start()
    await drop(sqs(), sqsEvent([{ number: 1 }], { name: 'orders' }))
    const sentOf = () => ({ type: 'sqs', body: '{"number":2}' })
    expect(await sendBack({ sources: [{ ...sqs(), sentOf }] })).toMatchObject({ redriven: 1, left: [] })
    expect(await bodiesIn('orders')).toEqual([{ number: 2 }])
    await drop(sqs(), sqsEvent([{ number: 3 }], { name: 'orders' }))
    const edit = ({ body }: { body: unknown }) => ({ ...(body as object), fixed: true })
    expect(await sendBack({ sources: [sqs(), lines()], edit })).toMatchObject({ redriven: 1, left: [] })
    expect(await bodiesIn('orders')).toEqual([{ number: 2 }, { number: 3, fixed: true }])
  })

  test.each([
    ['a name', ['sqs']],
    ['an object that is not one', [{ name: 'lines' }]],
    ['no array', lines()],
  ])('`sources` with %s is refused', async (_, wrong) => {
    const options = { from: 'dead-letters', sources: wrong as never, filter: {}, note: 'none' }
    const message = /`sources` must be an array of event sources/
    await expect(redrive(options)).rejects.toThrow(message)
    await expect(listDeadLetters({ from: 'dead-letters', sources: wrong as never })).rejects.toThrow(message)
    await expect(discardDeadLetters(options)).rejects.toThrow(message)
    await expect(dryRun({ from: 'dead-letters', sources: wrong as never, handler: () => 1 })).rejects.toThrow(message)
  })
})

test('a record of a pipe is edited and sent back', async () => {
  await start({ queues: { 'dead-letters': {} }, streams: { orders: {} } })
  const { Records } = kinesisEvent([{ number: 1 }], { name: 'orders' })
  await drop(
    kinesis(),
    Records.map(({ kinesis: fields, ...rest }) => ({ ...rest, ...fields })),
  )
  const edit = ({ body }: { body: unknown }) => ({ ...(body as object), fixed: true })
  expect((await run(kinesis(), { edit })).bodies).toEqual([{ number: 1, fixed: true }])
  expect(await sendBack({ edit })).toMatchObject({ redriven: 1, sent: { orders: 1 }, left: [] })
})
