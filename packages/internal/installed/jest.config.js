import shared from '../../../jest.config.js'

/** All tests share one installation. */
export default {
  ...shared,
  globalSetup: '<rootDir>/test/setup.ts',
  globalTeardown: '<rootDir>/test/teardown.ts',
  testTimeout: 300_000,
}
