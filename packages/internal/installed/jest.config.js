import shared from '../../../jest.config.js'

/** What is packed and installed once serves all tests. */
export default {
  ...shared,
  globalSetup: '<rootDir>/test/setup.ts',
  globalTeardown: '<rootDir>/test/teardown.ts',
  testTimeout: 120_000,
}
