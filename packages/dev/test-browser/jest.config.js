import shared from '../../../jest.config.js'

/** The tests in a browser. `run.ts` starts them, if there is a browser. */
export default { ...shared, testMatch: ['<rootDir>/*.test.ts'], maxWorkers: 1 }
