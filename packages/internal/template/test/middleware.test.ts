import { describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError } from '@lpipe/core'
import { type TemplateOptions, template } from '@lpipe/template'
import { invoke, memoryLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { lpipe } from 'lpipe-preset'

/** Returns the lines that a batch of two messages logs. */
const linesWith = async (options?: TemplateOptions): Promise<readonly string[]> => {
  const logger = memoryLogger()
  const handler = middy().use([...lpipe({ call: () => undefined, logger }), template(options)])
  await invoke(handler, sqsEvent([{ id: 1 }, { id: 2 }]))
  return logger.lines.map(({ level, message }) => `${level}: ${message}`)
}

describe('template', () => {
  test('logs the number of messages', async () => {
    expect(await linesWith()).toContain('info: received 2 messages')
  })

  test('logs at level debug if asked to', async () => {
    expect(await linesWith({ debug: true })).toContain('debug: received 2 messages')
  })

  test('refuses an unknown option', () => {
    expect(() => template({ debugg: true } as never)).toThrow(InvalidConfigurationError)
  })

  test('requires batchDecoder() before it', async () => {
    await expect(invoke(middy().use(template()), {})).rejects.toThrow('batchDecoder() has not run')
  })
})
