import { describe, expect, test } from '@jest/globals'
import { type DryRunOptions, dryRun } from '@lpipe/redrive'
import { kafkaEvent, kinesisEvent, memoryQueue, silentLogger, snsEvent, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import type { SQSHandler } from 'aws-lambda'
import { FailButContinue, FailCatastrophically, lpipe, payload } from 'lpipe-preset'
import { arn, bodiesIn, currentPipeline, deadLetterOf, start } from './pipeline.ts'

const out = memoryQueue({ name: 'parcels' })
const dead = memoryQueue({ name: 'dead-letters' })
const ship = ({ number }: { number: number }) => {
  if (number === 2) throw new FailButContinue('still wrong')
  if (number === 3) throw new FailCatastrophically('still down')
  return payload({ queue: out.queue, kwargs: { number } })
}
const handler = middy().use(lpipe({ paths: { SHIP: [ship] }, deadLetter: dead.queue, logger: silentLogger() }))

const run = async (letters: readonly unknown[], options: Partial<DryRunOptions> = {}) => {
  const running = await start()
  await running.send('dead-letters', letters)
  const results = await dryRun({ from: 'dead-letters', handler, client: running.clients.sqs, ...options })
  expect(await bodiesIn('dead-letters')).toHaveLength(letters.length)
  return results
}

const letterWith = (number: number) =>
  deadLetterOf('sqs', sqsEvent([{ path: 'SHIP', kwargs: { number } }]).Records[0], arn)

describe('dryRun()', () => {
  test('runs the message with the code as it is now, and sends nothing', async () => {
    const results = await run([letterWith(1), letterWith(2), letterWith(3)])
    const sends = [{ queue: { type: 'memory', name: 'parcels', url: null }, body: { number: 1 } }]
    expect(
      results.toSorted((a, b) => (a.messages[0]?.outcome ?? '').localeCompare(b.messages[0]?.outcome ?? '')),
    ).toEqual([
      {
        messageId: expect.any(String),
        succeeded: false,
        messages: [
          {
            outcome: 'dropped',
            path: 'SHIP',
            function: 'ship',
            error: { name: 'FailButContinue', message: 'still wrong', stack: expect.stringContaining('dry-run.test') },
            output: null,
          },
        ],
        sends: [
          {
            queue: { type: 'memory', name: 'dead-letters', url: null },
            body: expect.objectContaining({ path: 'SHIP' }),
          },
        ],
        error: null,
      },
      {
        messageId: expect.any(String),
        succeeded: false,
        messages: [expect.objectContaining({ outcome: 'failed' })],
        sends: [],
        error: null,
      },
      {
        messageId: expect.any(String),
        succeeded: true,
        messages: [expect.objectContaining({ outcome: 'succeeded', path: 'SHIP', error: null })],
        sends,
        error: null,
      },
    ])
    expect([out.sent, dead.sent]).toEqual([[], []])
    expect(await currentPipeline().contents('dead-letters')).toMatchObject([1, 2, 3].map(() => ({ state: 'visible' })))
  })

  test('with an edited body', async () => {
    const [result] = await run([letterWith(2)], { edit: () => ({ path: 'SHIP', kwargs: { number: 9 } }) })
    expect(result).toMatchObject({ succeeded: true, sends: [{ body: { number: 9 } }] })
    expect(await run([letterWith(2)], { edit: () => undefined })).toMatchObject([
      { succeeded: false, messages: [], error: { message: expect.stringMatching(/^`edit` must return/) } },
    ])
  })

  test('of a message that lpipe did not write', async () => {
    const [result] = await run([{ path: 'SHIP', kwargs: { number: 4 } }])
    expect(result).toMatchObject({ succeeded: true, sends: [{ body: { number: 4 } }] })
  })

  test('of a record that was cut', async () => {
    expect(await run([{ ...letterWith(1), truncated: 'cut' }])).toMatchObject([
      { succeeded: false, messages: [], error: { message: expect.stringMatching(/was truncated$/) } },
    ])
  })

  test('what the handler throws, and a handler that does not end', async () => {
    const throwing = () => {
      throw new Error('no database')
    }
    expect(await run([letterWith(1)], { handler: throwing })).toMatchObject([
      { succeeded: false, error: { message: 'no database' } },
    ])
    const hanging = () => new Promise(() => undefined)
    expect(await run([letterWith(1)], { handler: hanging, timeoutSeconds: 0.05 })).toMatchObject([
      { succeeded: false, error: { message: 'the handler did not end within 0.05 seconds' } },
    ])
  })

  test('a handler without lpipe has no dry run, and the result says so', async () => {
    expect(await run([letterWith(1)], { handler: async () => 'done' })).toMatchObject([
      { succeeded: false, error: { message: expect.stringContaining('is not made with lpipe') } },
    ])
  })

  test.each([
    ['kinesis', kinesisEvent([{ number: 1 }]).Records[0], 'Records'],
    ['sns', snsEvent([{ number: 1 }]).Records[0], 'Records'],
    ['kafka', Object.values(kafkaEvent([{ number: 1 }]).records)[0]?.[0], 'records'],
    ['raw', { number: 1 }, 'number'],
  ])('a record of %s is delivered as Lambda does', async (type, record, member) => {
    const events: object[] = []
    const seeing = async (event: object) => void events.push(event)
    await run([deadLetterOf(type, record, null)], { handler: seeing as never })
    expect(events).toEqual([expect.objectContaining({ [member]: expect.anything() })])
  })

  test('takes a handler that is annotated with a type of `aws-lambda`, which has a callback', async () => {
    const annotated: SQSHandler = handler
    expect(await run([letterWith(1)], { handler: annotated })).toMatchObject([{ succeeded: true }])
  })

  test('requires a handler', async () => {
    await expect(dryRun({ from: 'dead-letters' } as never)).rejects.toThrow(/requires `handler`/)
  })
})
