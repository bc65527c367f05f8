import { parseArgs } from 'node:util'
import { mutants } from './mutants.ts'
import { copyPackages, findMutant } from './mutate.ts'

/** Prints the table of the README: what finds each mutant, and how soon. */
const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } })
const copy = copyPackages()
try {
  for (const mutant of mutants) {
    const { invariant = 'NOT FOUND', runs, seconds } = findMutant(copy, mutant, Number(values.seed))
    const code = (text: string) => `\`\`${text.replace(/\s+/g, ' ')}\`\``
    const cells = [
      mutant.name,
      code(mutant.file),
      code(mutant.find),
      code(mutant.replace),
      invariant,
      runs,
      `${seconds} s`,
    ]
    process.stdout.write(`| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |\n`)
  }
} finally {
  copy.remove()
}
