import { afterEach, expect, test } from '@jest/globals'
import { type LocalPipeline, localPipeline } from '@lpipe/local'

let local: LocalPipeline | undefined
afterEach(async () => {
  await local?.stop()
  local = undefined
})

const handler = async () => undefined
const path = '/2015-03-31/event-source-mappings/'

const start = async () => {
  local = await localPipeline({
    queues: { orders: {}, admin: {} },
    streams: { events: {} },
    functions: { work: { handler, source: [{ queue: 'orders' }, { stream: 'events' }] } },
    environment: false,
  })
  const { environment } = local
  return (url: string, init: RequestInit) => fetch(`${environment['AWS_ENDPOINT_URL_LAMBDA']}${url}`, init)
}

test.each(['work', 'arn:aws:lambda:us-east-1:000000000000:function:work'])(
  'the event source mappings of %s are listed',
  async (name) => {
    const ask = await start()
    const response = await ask(`${path}?FunctionName=${encodeURIComponent(name)}`, {})
    const { EventSourceMappings } = (await response.json()) as { EventSourceMappings: { EventSourceArn: string }[] }
    expect(EventSourceMappings.map(({ EventSourceArn }) => EventSourceArn)).toEqual([
      'arn:aws:sqs:us-east-1:000000000000:orders',
      'arn:aws:kinesis:us-east-1:000000000000:stream/events',
    ])
  },
)

test.each<[string, number, string, RequestInit]>([
  [`${path}?FunctionName=other`, 404, 'ResourceNotFoundException', {}],
  [`${path}?FunctionName=constructor`, 404, 'ResourceNotFoundException', {}],
  [path, 404, 'ResourceNotFoundException', {}],
  ['/2015-03-31/functions/work/invocations', 404, 'UnknownOperationException', { method: 'POST' }],
  [`${path}?FunctionName=work`, 403, 'AccessDeniedException', { headers: { origin: 'http://evil.example' } }],
])('%s: %i %s', async (url, status, code, init) => {
  const ask = await start()
  const response = await ask(url, init)
  expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([status, code])
})
