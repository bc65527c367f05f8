import { expect, test } from '@jest/globals'
import { action, type Call } from '@lpipe/core'
import { memoryLogger, sqsEvent } from '@lpipe/testing'
import { run } from './run.ts'

test.each(['SHIP', 'ship', 'Ship'])(
  'a function sees the path by the name of the graph, however %s is written',
  async (path) => {
    const seen: unknown[] = []
    const pack = (_: object, { payload, logger }: Call) => {
      seen.push(payload.path)
      logger.info('packed')
    }
    const logger = memoryLogger()
    const event = sqsEvent([{ path, kwargs: {} }])
    const batch = await run({ paths: { SHIP: [action({ functions: [pack] })] } }, event, {}, [], logger)
    expect(batch.received.map(({ outcome }) => outcome)).toEqual(['succeeded'])
    expect(seen).toEqual(['SHIP'])
    expect(logger.lines).toMatchObject([{ message: 'packed', fields: { path: 'SHIP' } }])
  },
)
