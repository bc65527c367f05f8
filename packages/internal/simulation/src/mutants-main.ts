import { parseArgs } from 'node:util'
import { mutants } from './mutants/index.ts'
import { copyPackages, findMutant } from './mutate.ts'

/** Prints the table of the README: what finds each mutant, and how soon. Fails if one is not found. */
const { values, positionals } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, skip: { type: 'string', default: '0' } },
  allowPositionals: true,
})
const print = (...cells: readonly unknown[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`)

const chosen = mutants
  .slice(Number(values.skip))
  .filter(({ name, marker }) => positionals.every((text) => name.includes(text) || marker === text))
const copy = copyPackages()
print('code that ...', 'in', 'violates', 'after scenarios', 'seconds')
print('---', '---', '---', '---:', '---:')
try {
  for (const mutant of chosen) {
    const { invariant, runs, seconds, output } = findMutant(copy, mutant, Number(values.seed))
    const isFound = mutant.invariants.some((expected) => expected === invariant)
    print(mutant.name, `\`${copy.fileOf(mutant)}\``, isFound ? invariant : `NOT FOUND, ${invariant}`, runs, seconds)
    if (isFound) continue
    process.exitCode = 1
    if (positionals.length > 0) process.stdout.write(`${output}\n`)
  }
} finally {
  copy.remove()
}
