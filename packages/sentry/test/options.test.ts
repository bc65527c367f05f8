import { describe, expect, test } from '@jest/globals'
import { type SentryOptions, type SentrySdk, sentry } from '@lpipe/sentry'

const sdk: SentrySdk = { captureException: () => undefined, flush: async () => true }

describe('an invalid option is found when the middleware is made', () => {
  test.each<[string, unknown, string]>([
    [
      'an unknown one',
      { dns: 'x' },
      'unknown option `dns`. Known options: sdk, includeKwargs, shouldCapture, flushMillis',
    ],
    [
      'an object that is not an SDK',
      { sdk: {} },
      '`sdk` must have the function captureException(), received object. Pass the whole package: import',
    ],
    ['an sdk without flush', { sdk: { ...sdk, flush: undefined } }, '`sdk` must have the function flush()'],
    ['includeKwargs', { sdk, includeKwargs: 'yes' }, "`includeKwargs` must be a boolean, received 'yes'"],
    ['shouldCapture', { sdk, shouldCapture: true }, '`shouldCapture` must be a function, received boolean'],
    ['flushMillis', { sdk, flushMillis: -1 }, '`flushMillis` must be a number of at least 0, received -1'],
  ])('%s', (_, options, why) => {
    expect(() => sentry(options as SentryOptions)).toThrow(
      expect.objectContaining({ name: 'InvalidConfigurationError', message: expect.stringContaining(why) }),
    )
  })

  test('no option is required', () => {
    expect(() => sentry()).not.toThrow()
  })
})
