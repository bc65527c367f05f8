/** Nothing that a message holds is logged, unless a function of the user logs it. */
import { Console } from 'node:console'
import { Logger as PowertoolsLogger } from '@aws-lambda-powertools/logger'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { invoke, memoryLogger } from '@lpipe/testing'
import middy from '@middy/core'
import fc from 'fast-check'
import { type Logger, lpipe } from 'lpipe-preset'
import { pino } from 'pino'
import { places } from './secret-places.ts'

let written = ''
beforeEach(() => {
  written = ''
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((chunk) => {
      written += String(chunk)
      return true
    })
  }
})
afterEach(() => {
  jest.restoreAllMocks()
})

/** The loggers that the guide names, as it sets them up. */
const loggers: Readonly<Record<string, () => Logger>> = {
  console: () => new Console(process.stdout, process.stderr),
  powertools: () => new PowertoolsLogger(),
  pino: () =>
    pino(
      {
        errorKey: 'error',
        hooks: {
          logMethod(args, log) {
            log.apply(this, args.reverse() as typeof args)
          },
        },
      },
      { write: (line) => process.stdout.write(line) },
    ),
}

const secrets = fc.stringMatching(/^[A-Z][a-z]{5}[0-9]{6}$/)

test.each(Object.entries(places))('a secret in %s is in no log line', async (place, plant) => {
  const isSlow = /in time|too large/.test(place)
  await fc.assert(
    fc.asyncProperty(secrets, async (secret) => {
      written = ''
      const { event, options } = plant(secret)
      const context = { getRemainingTimeInMillis: () => 120 }
      const thrown = await invoke(middy().use(lpipe(options)), event, context).then(
        () => undefined,
        (error: unknown) => error,
      )
      // Lambda logs what the handler throws.
      if (thrown instanceof Error) written += `${thrown.message}\n${thrown.stack}`
      // The default logger, and the lines that any other one receives.
      const logger = memoryLogger()
      await invoke(middy().use(lpipe({ ...options, logger })), event, context).catch(() => undefined)
      for (const { message, fields } of logger.lines) {
        const { error, ...rest } = fields
        written += `${message} ${JSON.stringify(rest)}`
        if (typeof error === 'string') written += error
        if (error instanceof Error) written += `${error.message} ${error.stack}`
      }
      expect(written).toContain('"batch finished"')
      for (const make of Object.values(loggers)) {
        const before = written.length
        await invoke(middy().use(lpipe({ ...options, logger: make() })), event, context).catch(() => undefined)
        expect(written.slice(before)).toContain('batch finished')
      }
      expect(written.toLowerCase()).not.toContain(secret.toLowerCase())
    }),
    { numRuns: isSlow ? 2 : 20 },
  )
})
