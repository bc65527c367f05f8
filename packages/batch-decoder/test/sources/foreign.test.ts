import { describe, expect, test } from '@jest/globals'
import { InvalidPayloadError } from '@lpipe/core'
import { bodiesOf, decode } from '../decode.ts'

const base64 = Buffer.from('{"id":1}').toString('base64')
const kafka = {
  eventSource: 'aws:kafka',
  records: { 'orders-0': [{ topic: 'orders', partition: 0, offset: 1, value: base64 }] },
}

/** Events whose response commits offsets or deletes messages. */
const polled: [service: string, event: unknown][] = [
  ['aws:kafka', { ...kafka, eventSourceArn: 'arn:aws:kafka:us-east-1:000000000000:cluster/c/1' }],
  ['SelfManagedKafka', { ...kafka, eventSource: 'SelfManagedKafka', bootstrapServers: 'kafka:9092' }],
  ['aws:SelfManagedKafka', { ...kafka, eventSource: 'aws:SelfManagedKafka', bootstrapServers: 'kafka:9092' }],
  ['records of aws:SelfManagedKafka', [{ eventSource: 'aws:SelfManagedKafka', topic: 'orders', value: base64 }]],
  ['aws:kafka', { records: kafka.records }],
  ['aws:mq', { eventSource: 'aws:mq', messages: [{ messageID: '1', data: base64 }] }],
  ['aws:amq', { eventSource: 'aws:amq', messages: [{ messageID: '1', data: base64 }] }],
  [
    'aws:mq',
    { eventSourceArn: 'arn:aws:mq:us-east-1:000000000000:broker:b:b-1', messages: [{ messageID: '1', data: base64 }] },
  ],
  ['aws:rmq', { eventSource: 'aws:rmq', rmqMessagesByQueue: { 'orders::/': [{ data: base64 }] } }],
  ['aws:docdb', { eventSource: 'aws:docdb', events: [{ event: { operationType: 'insert' } }] }],
  ['records of aws:dynamodb', { Records: [{ eventSource: 'aws:dynamodb', dynamodb: { NewImage: {} } }] }],
  // Bare arrays, as EventBridge Pipes sends them.
  ['records of aws:dynamodb', [{ eventSource: 'aws:dynamodb', dynamodb: { NewImage: {} } }]],
  ['records of aws:kafka', [{ eventSource: 'aws:kafka', topic: 'orders', value: base64 }]],
  ['records of aws:rmq', [{ eventSource: 'aws:rmq', data: base64 }]],
  ['records of aws:amq', [{ eventSource: 'aws:amq', messageID: '1', data: base64 }]],
]

const others: [service: string, event: unknown][] = [
  ['records of aws:s3', { Records: [{ eventSource: 'aws:s3', s3: { object: { key: 'k' } } }] }],
  ['records of aws:sns', { Records: [{ EventSource: 'aws:sns', Sns: { Message: '{}' } }] }],
  ['records of aws:ses', { Records: [{ eventSource: 'aws:ses', ses: {} }] }],
  [
    'Firehose transformation',
    {
      invocationId: 'i',
      deliveryStreamArn: 'arn:aws:firehose:us-east-1:000000000000:deliverystream/d',
      records: [{ recordId: '1', data: base64 }],
    },
  ],
  // Samples of AWS leave out the ARN of the stream.
  ['Firehose transformation', { invocationId: 'i', region: 'us-east-1', records: [{ recordId: '1', data: base64 }] }],
  ['Kinesis Data Analytics', { invocationId: 'i', applicationArn: 'arn', records: [{ recordId: '1', data: base64 }] }],
  ['S3 Object Lambda', { xAmzRequestId: '1', listObjectsV2Context: {}, configuration: {}, userRequest: {} }],
  ['AppSync', { identity: null, info: { channelNamespace: { name: 'n' } }, prev: null, stash: {}, outErrors: [] }],
  ['Alexa', { header: { namespace: 'Alexa.ConnectedHome.Discovery', payloadVersion: '2' }, payload: {} }],
  ['SageMaker Ground Truth', { version: '2018-10-16', labelingJobArn: 'arn', dataObject: {} }],
  ['a CloudWatch dashboard', { describe: false, widgetContext: { widgetId: 'w' } }],
  ['a CloudFormation macro', { region: 'us-east-1', fragment: {}, transformId: 't', requestId: '1', params: {} }],
  ['a CloudFormation hook', { hookTypeName: 'a::b::c', requestData: {}, requestContext: { invocation: 1 } }],
  ['Connect', { InvocationMetadata: { CampaignContext: {} }, Items: { CustomerProfiles: [] } }],
  ['S3 Batch Operations', { invocationSchemaVersion: '1.0', job: { id: 'j' }, tasks: [{ taskId: 't' }] }],
  ['records of CloudFront', { Records: [{ cf: { config: {} } }] }],
  ['records of no `eventSource`', { Records: [{ cf: 'text' }] }],
  ['API Gateway, a load balancer, a function URL or VPC Lattice', { rawPath: '/', requestContext: {}, headers: {} }],
  ['Cognito', { triggerSource: 'PreSignUp_SignUp', userPoolId: 'p', request: {}, response: {} }],
]

describe('an event of a service that no source reads', () => {
  test.each([...polled, ...others])('%s throws, so that nothing is committed or deleted', async (service, event) => {
    await expect(decode(event)).rejects.toThrow(InvalidPayloadError)
    await expect(decode(event)).rejects.toThrow(
      `batchDecoder: expected an event of sqs or kinesis or raw, received ${service}. None of it was processed. `,
    )
  })

  test.each(polled)("%s throws with source: 'raw' too", async (service, event) => {
    await expect(decode(event, { source: 'raw' })).rejects.toThrow(`expected an event of raw, received ${service}.`)
  })

  test.each(['sqs', 'kinesis'] as const)(
    "throws with source: '%s' too, if its records name another service",
    async (source) => {
      const named = [...polled, ...others].filter(([, event]) => !JSON.stringify(event).includes('"cf":'))
      for (const [, event] of named) await expect(decode(event, { source })).rejects.toThrow(InvalidPayloadError)
    },
  )

  test.each(others)("%s is a RAW event with source: 'raw', because its response deletes nothing", async (_, event) => {
    expect(bodiesOf(await decode(event, { source: 'raw' }))).toEqual([event])
  })
})

test('several requests of AppSync in an array are named too', async () => {
  const requests = [1, 2].map((id) => ({ arguments: {}, identity: null, source: { id } }))
  await expect(decode(requests)).rejects.toThrow(
    'batchDecoder: expected an event of sqs or kinesis or raw, received AppSync. None of it was processed. ',
  )
  expect(bodiesOf(await decode(requests, { source: 'raw' }))).toEqual(requests)
})

test('an empty list of records is named as such', async () => {
  const source = {
    name: 'own',
    reports: 'none',
    recordsOf: () => undefined,
    idOf: () => 'a',
    bodyOf: () => ({}),
  } as const
  for (const event of [{ Records: [] }, []]) {
    await expect(decode(event, { source })).rejects.toThrow('expected an event of own, received no records. None of')
  }
})

test.each([
  [{ eventSource: 7 }],
  [{ type: 'a', userPoolId: 'p' }],
  [{ eventSource: '' }],
  [{ cf: { config: 'text' } }],
  [{ detail: { eventSource: 'aws:kafka' } }],
  [{ records: { a: [{ topic: 'a' }] } }],
  [{ records: [{ topic: 'a', partition: 0 }] }],
  [{ records: {} }],
  [{ eventSourceArn: 'text' }],
  [[{ name: 'x' }]],
])('%j names no service, and is a RAW event', async (event) => {
  expect(bodiesOf(await decode(event))).toEqual([event].flat())
})
