import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { base64, cloudWatchLogs, compressed, eventBridge, kpl, sns } from '@lpipe/envelopes'
import { eventBridgeEvent, memoryLogger, sqsEvent } from '@lpipe/testing'
import { run, runPaths } from './run.ts'
import { aggregated, gzipped, kinesisBytes, logData, notification } from './samples.ts'

const text = '{"n":0.12345678901234567890123}'
const kept = '{"n":0.12345678901234568}'

/** An EventBridge event as a text, with another detail. */
const eventWith = (detail: string): string =>
  JSON.stringify(eventBridgeEvent('DETAIL')).replace('"DETAIL"', () => detail)

const warnings = (logger: ReturnType<typeof memoryLogger>): readonly string[] =>
  logger.lines.filter(({ level }) => level === 'warn').map(({ message }) => message)

describe('a number with more digits than JavaScript keeps is rounded inside an envelope, and a warning is logged', () => {
  const deep = [sns(), eventBridge(), compressed(), base64(), cloudWatchLogs()]

  test.each([
    ['sns', sqsEvent([notification(text)])],
    ['eventBridge', sqsEvent([eventWith(text)])],
    ['eventBridge in sns', sqsEvent([notification(eventWith(text))])],
    ['base64', sqsEvent([Buffer.from(text).toString('base64')])],
    ['compressed', sqsEvent([gzipSync(text).toString('base64')])],
  ])('%s', async (_, event) => {
    const logger = memoryLogger()
    const { seen } = await run(event, deep, { logger })
    expect(seen).toEqual([{ n: 0.12345678901234568 }])
    expect(warnings(logger)).toEqual([
      'numbers with more digits than JavaScript keeps were rounded in 1 message. Send them as strings',
    ])
  })

  test('with a path of the envelope', async () => {
    const logger = memoryLogger()
    const path = () => 'P'
    await runPaths(sqsEvent([eventWith(text)]), [eventBridge({ path })], (see) => ({ paths: { P: [see] }, logger }))
    expect(warnings(logger)).toHaveLength(1)
  })

  test('messages are counted, not records', async () => {
    const logger = memoryLogger()
    await run(aggregated([text, kept, text]), [kpl()], { logger })
    await run(kinesisBytes(gzipped(logData([text, kept, text]))), [cloudWatchLogs()], { logger })
    expect(warnings(logger)).toEqual(Array(2).fill(expect.stringContaining('were rounded in 2 messages')))
  })

  test('a number that is kept is not counted', async () => {
    const logger = memoryLogger()
    const { seen } = await run(sqsEvent([notification(eventWith(kept))]), deep, { logger })
    expect(seen).toHaveLength(1)
    expect(warnings(logger)).toEqual([])
  })
})
