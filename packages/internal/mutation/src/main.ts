import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { type Copy, makeCopy, repository } from './copy.ts'
import { isEquivalent, readEquivalent } from './equivalent.ts'
import { describeMutant, type Mutant, mutantsOf } from './mutants.ts'
import { plan, type Stage } from './plan.ts'
import { sampleOf } from './sample.ts'

/** Breaks the engine in one place at a time, and prints what no test has found. Fails if the score is below 95 %. */
const { values, positionals } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '320' },
    processes: { type: 'string', default: '2' },
    list: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const print = (line: string): void => void process.stdout.write(`${line}\n`)

const readCommitted = (file: string): string =>
  execFileSync('git', ['show', `HEAD:${file}`], { cwd: repository, encoding: 'utf8' })
const filesOf = (folder: string): readonly string[] =>
  execFileSync('git', ['ls-tree', '-r', '--name-only', 'HEAD', `${folder}/`], { cwd: repository, encoding: 'utf8' })
    .split('\n')
    .filter((file) => file.endsWith('.ts'))

const all = Object.keys(plan).flatMap((folder) =>
  filesOf(folder).flatMap((file) => mutantsOf(file, readCommitted(file))),
)
const stagesOf = ({ file }: Mutant): readonly Stage[] =>
  Object.entries(plan).find(([folder]) => file.startsWith(`${folder}/`))?.[1] ?? []
const textOf = (mutant: Mutant): string => `${mutant.file}:${mutant.line}: ${describeMutant(mutant)}`

const equivalents = readEquivalent()
const sample = sampleOf(all, Number(values.count), values.seed)
const chosen = sample.filter(
  (mutant) => positionals.length === 0 || positionals.some((one) => textOf(mutant).includes(one)),
)
print(`${all.length} mutants, ${chosen.length} chosen with seed ${values.seed}`)

const results: { readonly mutant: Mutant; readonly result: 'killed' | 'survived' | 'timed out' | 'equivalent' }[] = []
const waiting = chosen.filter((mutant) => {
  if (values.list) print(JSON.stringify({ file: mutant.file, code: mutant.code, change: describeMutant(mutant) }))
  if (!isEquivalent(equivalents, mutant)) return true
  results.push({ mutant, result: 'equivalent' })
  return false
})

/** Returns the result of one mutant: the first stage that does not pass ends it. */
const tryMutant = async (copy: Copy, mutant: Mutant): Promise<'killed' | 'survived' | 'timed out'> => {
  copy.apply(mutant)
  try {
    for (const stage of stagesOf(mutant)) {
      const result = await copy.run(stage)
      if (result !== 'passed') return result === 'failed' ? 'killed' : result
    }
    return 'survived'
  } finally {
    copy.restore(mutant)
  }
}

/** @throws Error if the tests do not pass without a mutant: every mutant would count as killed */
const checkPasses = async (copy: Copy): Promise<void> => {
  for (const stage of new Set(Object.values(plan).flat())) {
    const start = performance.now()
    const result = await copy.run(stage)
    if (result !== 'passed') throw new Error(`${stage.folder} ${stage.tests.join(' ')}: ${result} without a mutant`)
    print(`${stage.folder}: ${((performance.now() - start) / 1000).toFixed(1)} s`)
  }
}

const work = async (copy: Copy): Promise<void> => {
  for (let mutant = waiting.pop(); mutant !== undefined; mutant = waiting.pop()) {
    const result = await tryMutant(copy, mutant)
    results.push({ mutant, result })
    print(`${results.length}/${chosen.length} ${result} ${textOf(mutant)}`)
  }
}

const copies: Copy[] = []
try {
  if (!values.list) {
    for (let index = 0; index < Number(values.processes); index += 1) copies.push(makeCopy())
    await Promise.all(copies.slice(0, 1).map(checkPasses))
    await Promise.all(copies.map(work))
    report()
  }
} finally {
  for (const copy of copies) copy.remove()
}

/** Prints the survivors and the score: the share of killed mutants of those that are not equivalent. */
function report(): void {
  const count = (wanted: string): number => results.filter(({ result }) => result === wanted).length
  for (const { mutant, result } of results) if (result === 'survived') print(`survived: ${textOf(mutant)}`)
  const found = count('killed') + count('timed out')
  const score = (100 * found) / Math.max(1, found + count('survived'))
  const counts = ['killed', 'timed out', 'survived', 'equivalent'].map((one) => `${count(one)} ${one}`).join(', ')
  print(`${counts}. Score: ${score.toFixed(1)} %`)
  if (score < 95) process.exitCode = 1
}
