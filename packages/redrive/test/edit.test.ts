import { describe, expect, test } from '@jest/globals'
import { redrive } from '@lpipe/redrive'
import { kinesisEvent, sqsEvent } from '@lpipe/testing'
import { arn, bodiesIn, clientsOf, deadLetterOf, start } from './pipeline.ts'

const audit = () => undefined
const to = ['orders', 'parcels']

const letterWith = (body: unknown) => deadLetterOf('sqs', sqsEvent([body]).Records[0], arn)

describe('edit', () => {
  test('a function returns the new body, or a promise of it; attributes stay', async () => {
    const running = await start()
    await running.send('dead-letters', [letterWith({ number: 1 }), letterWith({ number: 2 })])
    const edit = async ({ body }: { body: unknown }) => ({ ...(body as object), fixed: true })
    const result = await redrive({ from: 'dead-letters', to, edit, audit, ...clientsOf(running) })
    expect(result).toMatchObject({ redriven: 2, left: [] })
    expect((await bodiesIn('orders')).toSorted()).toEqual([
      { number: 1, fixed: true },
      { number: 2, fixed: true },
    ])
  })

  test('a string is sent as it is', async () => {
    const running = await start()
    await running.send('dead-letters', [letterWith({ number: 1 })])
    await redrive({ from: 'dead-letters', to, edit: () => '{ "number": 7 }', audit, ...clientsOf(running) })
    const [sent] = await running.clients.sqs
      .send(new (await import('@aws-sdk/client-sqs')).ReceiveMessageCommand({ QueueUrl: running.urls['orders'] }))
      .then(({ Messages = [] }) => Messages)
    expect(sent?.Body).toBe('{ "number": 7 }')
  })

  test('a body, for the one message that is named', async () => {
    const running = await start()
    const [id = ''] = await running.send('dead-letters', [letterWith({ number: 1 }), letterWith({ number: 2 })])
    const options = { from: 'dead-letters', to, edit: { number: 3 }, audit, ...clientsOf(running) }
    await expect(redrive(options)).rejects.toThrow(/`edit` with a body requires `filter: { ids: \[ID\] }`/)
    expect(await redrive({ ...options, filter: { ids: [id] } })).toMatchObject({ received: 1, redriven: 1 })
    expect(await bodiesIn('orders')).toEqual([{ number: 3 }])
    expect(await bodiesIn('dead-letters')).toHaveLength(1)
  })

  test('the data of a record of a stream', async () => {
    const seen: unknown[] = []
    const handler = (event: ReturnType<typeof kinesisEvent>) => {
      for (const { kinesis } of event.Records) seen.push(JSON.parse(Buffer.from(kinesis.data, 'base64').toString()))
    }
    const running = await start({
      queues: { 'dead-letters': {} },
      streams: { parcels: {} },
      functions: { look: { handler: handler as never, source: { stream: 'parcels' } } },
    })
    const [record] = kinesisEvent([{ number: 1 }]).Records
    await running.send('dead-letters', [
      deadLetterOf('kinesis', record, 'arn:aws:kinesis:us-east-1:000000000000:stream/parcels'),
    ])
    const edit = ({ body }: { body: unknown }) => ({ ...(body as object), fixed: true })
    expect(await redrive({ from: 'dead-letters', to, edit, audit, ...clientsOf(running) })).toMatchObject({
      redriven: 1,
    })
    await running.drained({ timeoutSeconds: 60 })
    expect(seen).toEqual([{ number: 1, fixed: true }])
  })

  test('nothing is sent for a function that returns nothing, or a value that JSON cannot carry', async () => {
    const running = await start()
    await running.send('dead-letters', [letterWith({ number: 1 })])
    for (const edit of [() => undefined, () => 1n, async () => undefined, () => ({ ids: new Set([1]) })]) {
      const result = await redrive({ from: 'dead-letters', to, edit, audit, ...clientsOf(running) })
      expect(result).toMatchObject({
        redriven: 0,
        left: [{ reason: expect.stringMatching(/^`edit` must return the new body/) }],
      })
    }
    const thrown = redrive({
      from: 'dead-letters',
      to,
      edit: () => {
        throw new Error('of the test')
      },
      audit,
      ...clientsOf(running),
    })
    await expect(thrown).rejects.toThrow('of the test')
    expect(await bodiesIn('orders')).toEqual([])
    expect(await running.contents('dead-letters')).toMatchObject([{ state: 'visible' }])
  })
})

describe('a message that lpipe did not write, and of which SQS does not say where it was', () => {
  test('goes to the one queue that `to` names', async () => {
    const running = await start()
    await running.send('dead-letters', [{ number: 1 }, 'no JSON'])
    expect(await redrive({ from: 'dead-letters', to: ['orders'], audit, ...clientsOf(running) })).toMatchObject({
      redriven: 2,
      sent: { orders: 2 },
    })
    expect(await bodiesIn('orders')).toEqual(expect.arrayContaining([{ number: 1 }, 'no JSON']))
  })

  test('is never a record that Lambda wrote about a failed invocation', async () => {
    const running = await start()
    const failure = { requestContext: { functionArn: 'arn:aws:lambda:us-east-1:0:function:x' }, KinesisBatchInfo: {} }
    await running.send('dead-letters', [failure])
    expect(await redrive({ from: 'dead-letters', to: ['orders'], audit, ...clientsOf(running) })).toMatchObject({
      redriven: 0,
      left: [{ reason: 'it is a record of a failed invocation that Lambda wrote, not the message' }],
    })
  })
})
