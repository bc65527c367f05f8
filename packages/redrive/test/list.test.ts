import { describe, expect, test } from '@jest/globals'
import { type DeadLetterFilter, type DeadLetterMessage, listDeadLetters } from '@lpipe/redrive'
import { eventBridgeEvent, sqsEvent } from '@lpipe/testing'
import { letters, numberOf } from './letters.ts'
import { arn, currentPipeline, deadLetterOf, start } from './pipeline.ts'

const list = async (filter?: DeadLetterFilter | ((letter: DeadLetterMessage) => boolean), limit?: number) => {
  const { client } = { client: currentPipeline().clients.sqs }
  return listDeadLetters({ from: 'dead-letters', client, ...(filter && { filter }), ...(limit && { limit }) })
}

const startWithLetters = async (): Promise<readonly string[]> => {
  const running = await start({ queues: { 'dead-letters': {} } })
  return running.send('dead-letters', letters)
}

describe('listDeadLetters()', () => {
  test('reads both kinds, and leaves them visible', async () => {
    const [id, , , , failedId] = await startWithLetters()
    const read = await list()
    expect(read.map(numberOf).toSorted()).toEqual([0, 1, 2, 4, 'not JSON'])
    expect(read.find(({ messageId }) => messageId === id)).toMatchObject({
      kind: 'dropped',
      error: {
        name: 'InvalidPayloadError',
        message: 'ship: to: expected string',
        stack: 'at ship',
        issues: [{ path: ['to'] }],
      },
      path: 'SHIP',
      function: 'ship',
      source: { type: 'sqs', arn: 'arn:aws:sqs:us-east-1:000000000000:orders', id: 'one' },
      lambda: { name: 'shipping', requestId: 'r-0' },
      receiveCount: 3,
      body: { number: 0 },
      record: { body: '{"number":0}', eventSource: 'aws:sqs' },
      truncated: null,
    })
    expect(read.find(({ messageId }) => messageId === failedId)).toMatchObject({
      kind: 'failed',
      error: null,
      source: { type: 'sqs', arn: null, id: failedId },
      time: expect.stringMatching(/^20\d\d-/),
      body: 'not JSON',
    })
    const stored = await currentPipeline().contents('dead-letters')
    expect(stored.map(({ state }) => state)).toEqual(letters.map(() => 'visible'))
  })

  test('leaves JSON that is nested too deeply to be written again a text, so that the other dead letters can be read', async () => {
    const running = await start({ queues: { 'dead-letters': {} } })
    const deep = `${'['.repeat(50_000)}"Needle"${']'.repeat(50_000)}`
    const dropped = JSON.stringify(deadLetterOf('sqs', sqsEvent([deep]).Records[0], arn))
    const withDeepIssues = dropped.replace('"message":', `"issues":${deep},"message":`)
    await running.send('dead-letters', [letters[0], deep, dropped, withDeepIssues])
    const read = await list()
    expect(read.map(({ kind }) => kind).toSorted()).toEqual(['dropped', 'dropped', 'failed', 'failed'])
    expect(read.filter(({ body }) => body === deep)).toHaveLength(2)
    expect(JSON.stringify(read)).toContain('{"number":0}')
    expect(await list({ text: 'needle' })).toHaveLength(3)
  })

  test('reads a dead letter that came through a topic of SNS or a bus of EventBridge as it is', async () => {
    const running = await start({ queues: { 'dead-letters': {} } })
    const notification = { Type: 'Notification', TopicArn: 'arn:aws:sns:us-east-1:000000000000:dead' }
    const event = eventBridgeEvent(letters[1] as object)
    await running.send('dead-letters', [
      { ...notification, Message: JSON.stringify(letters[0]) },
      event,
      { ...notification, Message: JSON.stringify(event) },
      { ...notification, Message: '{"number":7}' },
    ])
    const read = await list()
    expect(read.map(({ kind, path, body }) => [kind, path, numberOf({ body })])).toEqual([
      ['dropped', 'SHIP', 0],
      ['dropped', 'SHIP', 1],
      ['dropped', 'SHIP', 1],
      ['failed', null, { ...notification, Message: '{"number":7}' }],
    ])
  })

  test('a body with a number that JavaScript would change stays a text', async () => {
    const running = await start({ queues: { 'dead-letters': {} } })
    const bodies = ['{"id":12345678901234567890}', '{"share":0.12345678901234567890123}']
    for (const body of bodies) await running.send('dead-letters', [body])
    expect((await list()).map(({ body }) => body).toSorted()).toEqual(bodies)
  })

  test.each<[DeadLetterFilter, number[]]>([
    [{}, [0, 1, 2, 4, 5]],
    [{ kind: 'dropped' }, [0, 1, 2, 4]],
    [{ kind: 'failed' }, [5]],
    [{ path: 'SHIP' }, [0, 1]],
    [{ path: 'ship' }, []],
    [{ function: 'pay' }, [2]],
    [{ lambda: 'shipping' }, [0]],
    [{ error: 'InvalidPayloadError' }, [0]],
    [{ error: 'FailButContinue', path: 'SHIP' }, [1]],
    [{ text: 'EXPECTED string' }, [0]],
    [{ text: '"number":2' }, [2]],
    [{ text: 'not j' }, [5]],
    [{ minAgeSeconds: 3600 }, [0]],
    [{ maxAgeSeconds: 3600 }, [1, 2, 4, 5]], // an invalid time: when SQS received it
    [{ minAgeSeconds: 60, maxAgeSeconds: 3600 }, [1]],
  ])('filter %j', async (filter, expected) => {
    await startWithLetters()
    const read = (await list(filter)).map(numberOf).map((value) => (value === 'not JSON' ? 5 : value))
    expect(read.toSorted()).toEqual(expected)
  })

  test('filter by ids and by a function; `limit` counts those that match', async () => {
    const [first, , third] = await startWithLetters()
    expect((await list({ ids: [third ?? '', 'other'] })).map(numberOf)).toEqual([2])
    expect((await list((letter) => letter.messageId === first)).map(numberOf)).toEqual([0])
    expect((await list({ path: 'PAY' }, 1)).map(numberOf)).toEqual([2])
    expect(await list({ path: 'SHIP' }, 1)).toHaveLength(1)
  })

  test.each<[unknown, RegExp]>([
    [{ paht: 'SHIP' }, /listDeadLetters: `filter`: unknown option `paht`/],
    [{ kind: 'dead' }, /`kind` must be 'dropped' or 'failed'/],
    [{ minAgeSeconds: '60' }, /`minAgeSeconds` must be a number/],
    ['SHIP', /`filter` must be an object of conditions or a function/],
    [async () => false, /the function `filter` must return a boolean, received a promise/],
  ])('a filter that is wrong selects nothing: %p', async (filter, message) => {
    await startWithLetters()
    await expect(list(filter as never)).rejects.toThrow(message)
    const stored = await currentPipeline().contents('dead-letters')
    expect(stored.map(({ state }) => state)).toEqual(letters.map(() => 'visible'))
  })
})
