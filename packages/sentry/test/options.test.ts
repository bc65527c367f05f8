import { describe, expect, test } from '@jest/globals'
import { type SentryOptions, type SentrySdk, sentry } from '@lpipe/sentry'

const sdk: SentrySdk = { withScope: () => undefined, captureException: () => undefined, flush: async () => true }

describe('options that are wrong are found when it is made', () => {
  test.each<[string, unknown, string]>([
    ['an unknown one', { dns: 'x' }, "unknown option 'dns'. It takes: sdk, includeKwargs, shouldCapture, flushMillis"],
    [
      'an sdk that is none',
      { sdk: {} },
      'its sdk has no withScope(), got an object. Give it all of the package: import',
    ],
    ['an sdk without flush', { sdk: { ...sdk, flush: undefined } }, 'its sdk has no flush()'],
    ['includeKwargs', { sdk, includeKwargs: 'yes' }, "its includeKwargs must be a boolean, got 'yes'"],
    ['shouldCapture', { sdk, shouldCapture: true }, 'its shouldCapture must be a function, got boolean'],
    ['flushMillis', { sdk, flushMillis: -1 }, 'its flushMillis must be a number of at least 0'],
  ])('%s', (_, options, why) => {
    expect(() => sentry(options as SentryOptions)).toThrow(
      expect.objectContaining({ name: 'InvalidConfigurationError', message: expect.stringContaining(why) }),
    )
  })

  test('none is needed', () => {
    expect(() => sentry()).not.toThrow()
  })
})
