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
    progress: { type: 'boolean', default: false },
  },
})

const print = (line: string): void => void process.stdout.write(`${line}\n`)

if (values.scenario !== undefined) {
  await runScenario(JSON.parse(readFileSync(values.scenario, 'utf8')) as Scenario, print)
  print('every invariant holds')
  process.exit()
}

const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text))
const seconds = numberOf(values.seconds)
const start = Date.now()
let printedAt = start

/** Prints a line every ten seconds, on the error output: the other one is the result. */
const onProgress = (finished: number): void => {
  if (Date.now() - printedAt < 10_000) return
  printedAt = Date.now()
  process.stderr.write(`${finished} of ${values.runs} runs, ${Math.round((printedAt - start) / 1000)} s\n`)
}

const { seed, runs, millis, stats, failure } = await simulate({
  runs: Number(values.runs),
  seed: numberOf(values.seed),
  path: values.path,
  shrinks: !values['as-found'],
  maxMillis: seconds && seconds * 1000,
  onProgress: values.progress ? onProgress : undefined,
})
const summary = `${runs} runs in ${(millis / 1000).toFixed(1)} s, seed ${seed}`
if (failure === undefined) {
  print(`${summary}: every invariant holds\n${JSON.stringify(stats)}`)
} else {
  print(`${summary}: ${failure.message}\n--seed ${seed} --path ${failure.path}`)
  print(JSON.stringify(failure.scenario))
  process.exitCode = 1
}
// What a failed run has left behind does not delay the end.
process.exit()
