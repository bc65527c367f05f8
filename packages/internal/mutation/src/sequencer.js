import TestSequencer from '@jest/test-sequencer'

/** Runs test files in the order of the variable MUTATION_TESTS. */
export default class GivenOrder extends TestSequencer {
  sort(tests) {
    const order = JSON.parse(process.env.MUTATION_TESTS)
    return tests.toSorted((one, other) => order.indexOf(one.path) - order.indexOf(other.path))
  }
}
