import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { type LpipeOptions, lpipe } from 'lpipe-preset'

describe('metrics', () => {
  test.each([true, false, {}, { namespace: 'Shop' }])(
    '`metrics: %j` is refused, with the middleware to use',
    (metrics) => {
      expect(() => lpipe({ call: () => undefined, metrics } as LpipeOptions)).toThrow(
        expect.objectContaining({
          name: 'InvalidConfigurationError',
          message:
            'lpipe: `metrics` is not an option; use the middleware before lpipe(): middy().use(metrics()).use(lpipe({ ... }))',
        }),
      )
    },
  )

  test('the preset does not load the library of the metrics', () => {
    const program = `
      import { registerHooks } from 'node:module'
      const asked = []
      registerHooks({ resolve: (name, context, next) => (asked.push(name), next(name, context)) })
      const { default: middy } = await import('@middy/core')
      const { lpipe } = await import('lpipe-preset')
      await middy().use(lpipe({ call() {}, logger: { debug() {}, info() {}, warn() {}, error() {} } }))([{}], {})
      console.log(JSON.stringify([asked.includes('lpipe-preset'), asked.filter((name) => /metrics/.test(name))]))
    `
    const cwd = fileURLToPath(new URL('.', import.meta.url))
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd, encoding: 'utf8' })
    expect(JSON.parse(stdout)).toEqual([true, []])
  })
})
