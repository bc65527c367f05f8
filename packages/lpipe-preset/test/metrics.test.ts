import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { invoke, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { type LpipeOptions, lpipe } from 'lpipe-preset'

const nothing = (): void => undefined
const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }
const event = sqsEvent([{ path: 'DO', kwargs: {} }])

/** What an invocation writes to the standard output. */
const written = async (options: LpipeOptions): Promise<readonly unknown[]> => {
  let text = ''
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk)
    return true
  })
  await invoke(middy().use(lpipe({ paths: { DO: [nothing] }, logger, ...options })), event)
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
}
afterEach(() => {
  jest.restoreAllMocks()
})

describe('metrics', () => {
  test.each<[NonNullable<LpipeOptions['metrics']>, string, string[]]>([
    [true, 'lpipe', ['service']],
    [{ namespace: 'Shop' }, 'Shop', ['service']],
    [{ dimensions: { stage: 'test' } }, 'lpipe', ['service', 'stage']],
  ])('%j: one line', async (metrics, Namespace, dimensions) => {
    expect(await written({ metrics })).toEqual([
      expect.objectContaining({
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [expect.objectContaining({ Namespace, Dimensions: [dimensions] })],
        },
        received: 1,
        'succeeded.DO': 1,
      }),
    ])
  })

  test.each([{}, { metrics: false }])('%j: none', async (options) => {
    expect(await written(options)).toEqual([])
  })

  test.each<[unknown, string]>([
    ['Shop', 'metrics: expected an object of options, got text'],
    [{ nameSpace: 'Shop' }, "metrics: unknown option 'nameSpace'"],
  ])('%j is refused', (metrics, why) => {
    expect(() => lpipe({ metrics } as LpipeOptions)).toThrow(why)
  })

  test.each([
    ['without it', '{}', []],
    ['with it', '{ metrics: true }', ['@aws-lambda-powertools/metrics']],
  ])('%s the library is loaded as it must: %s', (_, options, loaded) => {
    const program = `
      import { registerHooks } from 'node:module'
      const asked = []
      registerHooks({ resolve: (name, context, next) => (asked.push(name), next(name, context)) })
      const { default: middy } = await import('@middy/core')
      const { lpipe } = await import('lpipe-preset')
      const logger = { debug() {}, info() {}, warn() {}, error() {} }
      const handler = middy().use(lpipe({ call() {}, logger, ...${options} }))
      await handler([{}], { functionName: 'test' })
      console.error(JSON.stringify(asked.filter((name) => name.startsWith('@aws-lambda-powertools/metrics'))))
    `
    const cwd = fileURLToPath(new URL('.', import.meta.url))
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd, encoding: 'utf8' })
    expect(JSON.parse(stderr)).toEqual(loaded)
  })
})
