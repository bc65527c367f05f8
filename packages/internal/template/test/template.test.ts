import { describe, expect, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { InvalidConfigurationError, type LpipeContext } from '@lpipe/core'
import { errorClassifier } from '@lpipe/error-classifier'
import { type TemplateOptions, template } from '@lpipe/template'
import { invoke, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'

/** The lines that a batch of two messages logs. */
const linesWith = async (options?: TemplateOptions): Promise<readonly string[]> => {
  const lines: string[] = []
  const write = (level: string) => (line: string) => void lines.push(`${level}: ${line}`)
  const logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  const all = async (_: unknown, { lpipe }: LpipeContext) => Promise.allSettled(lpipe.messages)
  const handler = middy(all).use([errorClassifier({ logger }), batchDecoder(), template(options)])
  await invoke(handler, sqsEvent([{ id: 1 }, { id: 2 }]))
  return lines
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
})
