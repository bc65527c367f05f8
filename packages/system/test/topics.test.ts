import specs from '@asyncapi/specs'
import { beforeAll, expect, describe as group, test } from '@jest/globals'
import { check, compare, type Description, describe, type Resource, toAsyncApi, toMermaid, toSvg } from '@lpipe/system'
import { Ajv, type AnySchema } from 'ajv'
import formats from 'ajv-formats'
import { dead, lambda, sqs } from './descriptions.ts'
import news from './systems/news.ts'

let shown: Description
beforeAll(async () => {
  shown = await describe(news)
})

test('nothing is found about a right system', () => {
  expect(check(shown)).toEqual([])
})

test('the description has topics, subscriptions, event sources and envelopes', () => {
  expect(shown.resources).toContainEqual({ type: 'sns', name: 'news', declared: true, fifo: false })
  expect(shown.resources.map(({ name, subscriptions }) => [name, subscriptions])).toEqual([
    ['raw', [{ topic: 'news', raw: true }]],
    ['wrapped', [{ topic: 'news', raw: false }]],
    ['dead', undefined],
    ['news', undefined],
  ])
  const [publisher, , opening, invoked] = shown.functions
  expect(publisher?.queues).toEqual([{ type: 'sns', name: 'news', path: 'TAKE' }]) // its name in code is an ARN
  expect(opening?.envelopes).toEqual(['sns'])
  expect(invoked).toMatchObject({
    eventSources: ['sns'],
    sources: [
      { type: 'sns', name: 'news', batchSize: 1, window: 0, reportBatchItemFailures: false, onFailure: 'dead' },
    ],
  })
})

test('the picture leads from the topic through the queues to the paths', () => {
  const lines = toMermaid(shown).split('\n')
  const idOf = (text: string): string =>
    lines
      .find((line) => line.includes(text))
      ?.trim()
      .split(/[[(]/)[0] ?? ''
  const [topic, raw, wrapped] = [idOf('"news<br>sns"'), idOf('[("raw<br>sqs'), idOf('"wrapped<br>sqs')]
  const takes = lines.filter((line) => line.includes('"TAKE<br>take"')).map((line) => line.trim().split('[')[0])
  expect(lines.map((line) => line.trim())).toEqual(
    expect.arrayContaining([
      `n1 -->|"TAKE"| ${topic}`,
      `${topic} ==> ${raw}`,
      `${topic} ==>|"notification"| ${wrapped}`,
      `${raw} ==> ${takes[0]}`,
      `${wrapped} ==> ${takes[1]}`,
      `${topic} ==> ${takes[2]}`,
      `${topic} -.->|"discarded"| ${idOf('"dead<br>sqs"')}`,
    ]),
  )
  expect(toSvg(shown)).toContain('class="subscription"')
})

test('the AsyncAPI document has the topic as a channel, and is valid', () => {
  const ajv = new Ajv({ strict: false, logger: false })
  formats.default(ajv)
  const document = toAsyncApi(shown)
  expect(ajv.validate(specs.schemasWithoutId['3.0.0'] as AnySchema, document)).toBe(true)
  expect(document['channels']).toMatchObject({
    'sns.news': {
      address: 'news',
      messages: { 'sns.news.TAKE': {} },
      bindings: { sns: { name: 'news', ordering: { type: 'standard' } } },
    },
  })
})

const topic = (name = 'news', more: Partial<Resource> = {}): Resource => ({
  type: 'sns',
  name,
  declared: true,
  fifo: name.endsWith('.fifo'),
  ...more,
})
const invokedBy = (name: string) => [{ type: 'sns', name, batchSize: 1, window: 0, reportBatchItemFailures: false }]
const publishing = (path: string) => lambda('publisher', { WRITE: { queues: [{ type: 'sns', name: 'news', path }] } })
const subscribed = (raw: boolean) => sqs('parcels', { subscriptions: [{ topic: 'news', raw }] })
const described = (resources: readonly Resource[], functions: Description['functions']): Description => ({
  version: 1,
  resources: [...resources, ...dead.slice(0, resources.some(({ deadLetter }) => deadLetter !== undefined) ? 1 : 0)],
  functions,
})

group('a finding', () => {
  test.each<[code: string, place: string, message: string, description: Description]>([
    [
      'warning unread-queue',
      'topics.news',
      'no queue and no function of the system subscribes to sns `news`, but `publisher` sends to it. Its messages are lost',
      described([topic()], [publishing('TAKE')]),
    ],
    [
      'warning undeclared-queue',
      'functions.publisher',
      'sends to sns `news`, which the system does not declare',
      described([topic('news', { declared: false })], [publishing('TAKE')]),
    ],
    [
      'error unknown-path',
      'functions.publisher',
      'queue `news` names path TAKEN, which `reader` does not have (paths: TAKE)',
      described(
        [topic(), subscribed(true)],
        [publishing('TAKEN'), lambda('reader', { TAKE: {} }, { reads: ['parcels'] })],
      ),
    ],
    [
      'error unopened-notification',
      'functions.reader.source',
      'queue `parcels` receives the messages of topic `news` in notifications, which `reader` does not open: each message fails',
      described([topic(), subscribed(false)], [lambda('reader', { TAKE: {} }, { reads: ['parcels'] })]),
    ],
    [
      'error unopened-notification',
      'functions.reader.source',
      'it takes the notification for kwargs',
      described(
        [topic(), subscribed(false)],
        [lambda('reader', { TAKE: {} }, { reads: ['parcels'], defaultPath: 'TAKE' })],
      ),
    ],
    [
      'error event-source',
      'functions.reader.source',
      'topic `news` invokes `reader`, which does not read events of SNS: each invocation fails',
      described([topic()], [lambda('reader', {}, { sources: [{ ...invokedBy('news')[0], onFailure: 'x' } as never] })]),
    ],
    [
      'info no-dead-letter-queue',
      'functions.reader.source',
      'topic `news` invokes it asynchronously: an event that fails three times is lost',
      described([topic()], [lambda('reader', {}, { sources: invokedBy('news'), eventSources: ['sns'] })]),
    ],
    [
      'warning lost-order',
      'queues.parcels',
      'it is a standard queue, which has no order, and subscribes to FIFO topic `news.fifo`',
      described(
        [topic('news.fifo'), sqs('parcels', { subscriptions: [{ topic: 'news.fifo', raw: true }] })],
        [lambda('reader', {}, { reads: ['parcels'] })],
      ),
    ],
    [
      'warning cycle',
      'functions.reader',
      'messages can go round in a cycle: reader TAKE > sns:news > reader TAKE. Lambda stops a message after about 16 rounds',
      described(
        [topic(), subscribed(true)],
        [lambda('reader', { TAKE: { queues: [{ type: 'sns', name: 'news', path: 'TAKE' }] } }, { reads: ['parcels'] })],
      ),
    ],
  ])('%s: %s', (code, place, message, description) => {
    expect(check(description).map((one) => [`${one.severity} ${one.code}`, one.place, one.message])).toEqual([
      [code, place, expect.stringContaining(message)],
    ])
  })
})

test('a topic holds no messages: a comparison is not about it', () => {
  const before = described([topic()], [lambda('reader', { TAKE: {} }, { sources: invokedBy('news') })])
  expect(compare(before, described([topic()], []))).toEqual([])
})
