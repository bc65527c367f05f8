import { writeSync } from 'node:fs'
import { TestEnvironment } from 'jest-environment-node'

/** Writes a line to the runner: at once, because the process may end before a stream is written. */
const report = (line) => writeSync(3, `${JSON.stringify(line)}\n`)

/** Reports each test, and ends the process at the first failure. */
export default class FirstFailure extends TestEnvironment {
  #file
  #start = performance.now()

  constructor(config, context) {
    super(config, context)
    this.#file = context.testPath
    report({ at: this.#file })
  }

  handleTestEvent(event) {
    const { name, test, error } = event
    if (name === 'test_start') report({ at: this.#file })
    if (name === 'test_fn_failure' || name === 'hook_failure' || name === 'error') {
      const names = []
      for (let one = test; one?.parent; one = one.parent) names.unshift(one.name)
      this.#fail(names.join(' > '), error)
    }
    if (name === 'run_finish') report({ passed: this.#file, millis: performance.now() - this.#start })
  }

  #fail(testName, error) {
    const message = String(error?.message ?? error?.[0]?.message ?? error)
    report({ failed: this.#file, test: testName, isTimeout: message.includes('Exceeded timeout') })
    process.exit(1)
  }
}
