import { describe, expect, test } from '@jest/globals'
import { runWhere } from './installed.ts'

/** Starts an invocation, and prints what was thrown, or whether a message is wrapped. */
const program = (start = ''): string => `
  ${start}
  import { sentry } from '@lpipe/sentry'
  const request: any = { event: {}, context: { awsRequestId: 'a' }, internal: {} }
  try {
    await sentry().before?.(request)
    console.log(request.internal.lpipe === undefined ? 'silent' : 'active')
  } catch (error: any) {
    console.log(error.name + ': ' + error.message)
  }
`
const dsn = "{ dsn: 'http://key@127.0.0.1:9/1' }"

describe('the installed SDK is found at run time', () => {
  test('@sentry/aws-serverless', async () => {
    const start = `import * as Sentry from '@sentry/aws-serverless'; Sentry.init(${dsn})`
    expect(await runWhere({ installed: ['@sentry/aws-serverless'] }, program(start))).toBe('active\n')
  })

  test('@sentry/serverless', async () => {
    const start = `import * as Sentry from '@sentry/serverless'; Sentry.AWSLambda.init(${dsn})`
    expect(await runWhere({ installed: ['@sentry/serverless'] }, program(start))).toBe('active\n')
  })

  test('without Sentry.init() nothing is registered', async () => {
    expect(await runWhere({ installed: ['@sentry/aws-serverless'] }, program())).toBe('silent\n')
  })

  test('without an SDK the error says what to install', async () => {
    expect(await runWhere({}, program())).toBe(
      "InvalidConfigurationError: sentry: requires the package '@sentry/aws-serverless'. Install it: npm install @sentry/aws-serverless\n",
    )
  })

  test('an SDK that imports a package that is missing is not reported as missing', async () => {
    const start = `
      import { registerHooks } from 'node:module'
      registerHooks({
        load: (url, context, next) => {
          if (!url.includes('aws-serverless')) return next(url, context)
          return { format: 'module', source: 'import "missing-package"', shortCircuit: true }
        },
      })`
    expect(await runWhere({ installed: ['@sentry/aws-serverless'] }, program(start))).toMatch(
      /^InvalidConfigurationError: sentry: could not import '@sentry\/aws-serverless': Cannot find package 'missing-package'/,
    )
  })

  test('an SDK that cannot be imported is not reported as missing', async () => {
    const start = `
      import { registerHooks } from 'node:module'
      registerHooks({
        load: (url, context, next) => {
          if (url.includes('aws-serverless')) throw new Error('Dynamic require of "node:https" is not supported')
          return next(url, context)
        },
      })`
    expect(await runWhere({ installed: ['@sentry/aws-serverless'] }, program(start))).toBe(
      `InvalidConfigurationError: sentry: could not import '@sentry/aws-serverless': Dynamic require of "node:https" is not supported. In a bundle, pass it: sentry({ sdk: Sentry })\n`,
    )
  })
})
