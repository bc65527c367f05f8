export { type Invariant, type Tally, Violation } from './ledger.ts'
export { runScenario } from './run.ts'
export { type Scenario, scenarios } from './scenario.ts'
export { type Failure, type Simulated, type SimulateOptions, simulate } from './simulate.ts'
