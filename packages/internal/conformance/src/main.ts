import { resolve } from 'node:path'
import { runFolder } from './folder.ts'

const [given] = process.argv.slice(2).filter((argument) => argument !== '--')
if (given === undefined) {
  console.error('usage: npm run conformance -- DIR, a folder with functions.json and files of cases')
  process.exit(2)
}
// npm and pnpm change the working directory: a relative folder is meant from where the user is.
const results = await runFolder(resolve(process.env['INIT_CWD'] ?? process.cwd(), given))
const skipped = results.filter((result) => result.skipped !== undefined)
const failed = results.filter(({ differences }) => differences.length > 0)

for (const { id, differences } of failed) console.log(`FAILED ${id}\n  ${differences.join('\n  ')}`)
const reasons = Map.groupBy(skipped, (result) => result.skipped)
for (const [reason, list] of reasons) console.log(`skipped ${list.length}: ${reason}`)
console.log(`${results.length - skipped.length - failed.length} passed, ${failed.length} failed`)
process.exitCode = failed.length > 0 ? 1 : 0
