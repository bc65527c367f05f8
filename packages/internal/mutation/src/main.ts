import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { type Copy, makeCopy, repository } from './copy.ts'
import { isEquivalent, readEquivalent } from './equivalent.ts'
import { describeMutant, type Mutant, mutantsOf } from './mutants.ts'
import { plan, plannedTests, testsFor } from './plan.ts'
import { openResults } from './results.ts'
import { sampleOf } from './sample.ts'
import { tryMutant } from './try-mutant.ts'

/** Breaks the engine in one place at a time, and prints what no test has found. Fails if the score is below 95 %. */
const { values, positionals } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '360' },
    processes: { type: 'string', default: '2' },
    commit: { type: 'string', default: 'HEAD' },
    list: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const print = (line: string): void => void process.stdout.write(`${line}\n`)
const git = (...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: repository, encoding: 'utf8', maxBuffer: 2 ** 30 })

const commit = git('rev-parse', values.commit).trim()
const files = git('ls-tree', '-r', '--name-only', commit, 'packages/').split('\n')
const sources = files.filter(
  (file) => file.endsWith('.ts') && Object.keys(plan).some((folder) => file.startsWith(`${folder}/`)),
)
const all = sources.flatMap((file) => mutantsOf(file, git('show', `${commit}:${file}`)))
const textOf = (mutant: Mutant): string => `${mutant.file}:${mutant.line}: ${describeMutant(mutant)}`

const sample = sampleOf(all, Number(values.count), values.seed)
const chosen = sample.filter(
  (mutant) => positionals.length === 0 || positionals.some((one) => textOf(mutant).includes(one)),
)
print(`Commit ${commit}: ${all.length} mutants, ${chosen.length} chosen with seed ${values.seed}`)

const equivalents = readEquivalent()
for (const one of equivalents) {
  if (!all.some((mutant) => isEquivalent([one], mutant)))
    print(`Listed as equivalent, but no mutant: ${one.file}: ${one.code}`)
}
const results = openResults(commit)
const equivalent = chosen.filter((mutant) => isEquivalent(equivalents, mutant))
const counted = chosen.filter((mutant) => !equivalent.includes(mutant))
const waiting = counted.filter((mutant) => results.get(mutant) === undefined)

/**
 * Runs all tests on sources that are whole. Returns the milliseconds of each file. One that fails is left out, because it would
 * find every mutant.
 */
const measureTests = async (copy: Copy): Promise<ReadonlyMap<string, number>> => {
  const measured = new Map<string, number>()
  let tests = plannedTests(files)
  while (tests.length > 0) {
    const { failed, by, millisOf } = await copy.run(tests)
    for (const [test, millis] of millisOf) measured.set(test, millis)
    if (failed !== undefined) print(`Left out, because it fails without a mutant: ${failed}, ${by}`)
    tests = tests.filter((test) => test !== failed && !millisOf.has(test))
    if (failed === undefined && tests.length > 0) throw new Error(`Not run: ${tests.join(', ')}`)
  }
  const seconds = [...measured.values()].reduce((sum, millis) => sum + millis, 0) / 1000
  print(`${measured.size} test files pass without a mutant, in ${seconds.toFixed(0)} s`)
  return measured
}

const work = async (copy: Copy, millisOf: ReadonlyMap<string, number>): Promise<void> => {
  for (let mutant = waiting.pop(); mutant !== undefined; mutant = waiting.pop()) {
    const start = performance.now()
    const outcome = await tryMutant(copy, mutant, testsFor(mutant.file, millisOf))
    const seconds = Math.round((performance.now() - start) / 100) / 10
    results.add(mutant, { ...outcome, seconds })
    print(`${waiting.length} left, ${seconds} s, ${outcome.result} ${textOf(mutant)}`)
  }
}

/** Prints the survivors and the score: the share of the mutants that a test has found, without the equivalent ones. */
const report = (): void => {
  const withResult = (wanted: string): readonly Mutant[] =>
    counted.filter((mutant) => results.get(mutant)?.result === wanted)
  const [killed, late, survived] = [withResult('killed'), withResult('timed out'), withResult('survived')]
  for (const mutant of survived) print(`survived: ${textOf(mutant)}`)
  const score = (100 * (killed.length + late.length)) / Math.max(1, counted.length)
  print(
    `${killed.length} killed, ${late.length} timed out, ${survived.length} survived, ${equivalent.length} equivalent. ` +
      `Score: ${score.toFixed(1)} %`,
  )
  if (score < 95) process.exitCode = 1
}

if (values.list) {
  for (const mutant of chosen) {
    const { file, line, code, occurrence } = mutant
    print(JSON.stringify({ file, line, code, change: describeMutant(mutant), occurrence }))
  }
} else {
  const copies: Copy[] = []
  const removeAll = (): void => {
    for (const copy of copies) copy.remove()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      removeAll()
      process.exit(1)
    })
  }
  try {
    for (let index = 0; index < Math.min(Number(values.processes), waiting.length); index += 1) {
      copies.push(await makeCopy(commit))
    }
    if (copies[0] !== undefined) {
      const millisOf = await measureTests(copies[0])
      await Promise.all(copies.map((copy) => work(copy, millisOf)))
    }
    report()
  } finally {
    removeAll()
  }
}
