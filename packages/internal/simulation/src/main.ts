import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { runScenario } from './run.ts'
import type { Scenario } from './scenario.ts'
import { simulate } from './simulate.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string' },
    path: { type: 'string' },
    'as-found': { type: 'boolean', default: false },
    scenario: { type: 'string' },
    seconds: { type: 'string' },
  },
})

if (values.scenario !== undefined) {
  const print = (line: string) => void process.stdout.write(`${line}\n`)
  await runScenario(JSON.parse(readFileSync(values.scenario, 'utf8')) as Scenario, print)
  print('every invariant holds')
  process.exit()
}

const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text))
const seconds = numberOf(values.seconds)
const { seed, runs, millis, tally, failure } = await simulate({
  runs: Number(values.runs),
  seed: numberOf(values.seed),
  path: values.path,
  shrinks: !values['as-found'],
  maxMillis: seconds && seconds * 1000,
})
const took = `${runs} runs in ${(millis / 1000).toFixed(1)} s, seed ${seed}`
if (failure === undefined) {
  process.stdout.write(`${took}: every invariant holds\n${JSON.stringify(tally)}\n`)
} else {
  process.stdout.write(`${took}: ${failure.message}\n--seed ${seed} --path ${failure.path}\n`)
  process.stdout.write(`${JSON.stringify(failure.scenario, null, 1)}\n`)
  process.exitCode = 1
}
