import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { type AuditLine, discardDeadLetters, redrive } from '@lpipe/redrive'
import { sqsEvent } from '@lpipe/testing'
import { arn, bodiesIn, clientOf, clientsOf, deadLetterOf, start } from './pipeline.ts'

const secret = 'hunter2'
const letter = deadLetterOf('sqs', sqsEvent([{ password: secret }]).Records[0], arn, {
  error: { name: 'Error', message: secret },
})

afterEach(() => {
  jest.restoreAllMocks()
})

describe('audit', () => {
  test('a line for each dead letter: what was done, and nothing that the message holds', async () => {
    const running = await start()
    const [redriven, , kept] = await running.send('dead-letters', [letter, letter, secret])
    const lines: AuditLine[] = []
    const audit = (line: AuditLine) => void lines.push(line)
    const filter = { ids: [redriven ?? '', kept ?? ''] }
    const note = 'ticket 7'
    await redrive({ from: 'dead-letters', to: ['orders', 'other'], filter, note, audit, ...clientsOf(running) })
    const [sent] = await running.contents('orders')
    const common = { from: 'dead-letters', note, time: expect.stringMatching(/^20\d\d-.*Z$/) }
    expect(lines).toHaveLength(2)
    expect(lines).toEqual(
      expect.arrayContaining([
        { ...common, action: 'redriven', messageId: redriven, to: arn, newId: sent?.messageId, edited: false },
        {
          ...common,
          action: 'kept',
          messageId: kept,
          reason: expect.stringMatching(/^it is not a dead letter of lpipe/),
        },
      ]),
    )
    expect(JSON.stringify(lines)).not.toContain(secret)
  })

  test('is JSON on the console by default', async () => {
    const running = await start()
    await running.send('dead-letters', [letter])
    const info = jest.spyOn(console, 'info').mockReturnValue()
    await redrive({ from: 'dead-letters', to: ['orders'], edit: () => secret, ...clientsOf(running) })
    expect(info).toHaveBeenCalledTimes(1)
    const [text] = info.mock.calls[0] as [string]
    expect(JSON.parse(text)).toMatchObject({ audit: 'lpipe-redrive', action: 'redriven', edited: true })
    expect(text).not.toContain(secret)
  })

  test('that cannot be written ends the redrive: nothing more is sent', async () => {
    const running = await start()
    await running.send(
      'dead-letters',
      Array.from({ length: 15 }, () => letter),
    )
    const audit = async () => {
      throw new Error('the disk is full')
    }
    const redriving = redrive({ from: 'dead-letters', to: ['orders'], audit, ...clientsOf(running) })
    await expect(redriving).rejects.toThrow('the disk is full')
    expect(await bodiesIn('orders')).toHaveLength(10) // the first receive
    const stored = await running.contents('dead-letters')
    expect(stored.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => 'visible'))
  })
})

describe('discardDeadLetters()', () => {
  const note = 'a test'

  test('deletes those that match, with a line for each', async () => {
    const running = await start()
    const [first, second] = await running.send('dead-letters', [letter, secret])
    const lines: AuditLine[] = []
    const audit = (line: AuditLine) => void lines.push(line)
    const { client } = clientsOf(running)
    const result = await discardDeadLetters({ from: 'dead-letters', filter: { kind: 'failed' }, note, audit, client })
    expect(result).toEqual({ discarded: [second], left: [] })
    expect(lines).toEqual([
      { action: 'discarded', from: 'dead-letters', messageId: second, note, time: expect.any(String) },
    ])
    expect(await running.contents('dead-letters')).toMatchObject([{ messageId: first, state: 'visible' }])
    await discardDeadLetters({ from: 'dead-letters', filter: {}, note, audit, client })
    expect(await bodiesIn('dead-letters')).toEqual([])
  })

  test('names those that could not be deleted', async () => {
    const running = await start()
    const [messageId] = await running.send('dead-letters', [letter])
    const client = clientOf(running)
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === 'DeleteMessageBatchCommand') throw new Error('of the test')
          return next(args)
        },
      { step: 'initialize' },
    )
    const audit = () => undefined
    const result = await discardDeadLetters({ from: 'dead-letters', filter: {}, note, audit, client })
    expect(result).toEqual({ discarded: [], left: [{ messageId, reason: 'it could not be deleted' }] })
    client.destroy()
  })

  test.each([
    [{ from: 'dead-letters', note }, /requires `filter`; `{}` selects all/],
    [{ from: 'dead-letters', filter: {} }, /requires `note`/],
    [{ from: 'dead-letters', filter: {}, note: '' }, /requires `note`/],
    [{ filter: {}, note }, /requires `from`/],
  ])('%j is refused', async (options, message) => {
    await expect(discardDeadLetters(options as never)).rejects.toThrow(message)
  })
})
