/** Runs the tests in a browser, if there is one. Otherwise it says so: they are neither passed nor failed then. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { executable, hasBrowser } from './browser.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const line = '='.repeat(96)

if (!hasBrowser()) {
  const text = [
    'THE TESTS IN A BROWSER DID NOT RUN, AND ARE NOT COUNTED.',
    `There is no Chromium at ${executable}. On Debian: apt-get install --no-install-recommends chromium.`,
    'The variable CHROMIUM names another place.',
  ]
  console.log(`\n${line}\n${text.join('\n')}\n${line}\n`)
} else if (!existsSync(here('../dist/page/index.html'))) {
  console.error('The page is not built: run `node page/build.ts` in packages/dev first.')
  process.exitCode = 1
} else {
  const { status } = spawnSync(process.execPath, [here('../../../jest.js'), ...process.argv.slice(2)], {
    cwd: here('.'),
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
}
