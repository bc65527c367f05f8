import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mustRun } from './run.ts'
import { manifestIn, published, root, tarballOf, withOurs } from './workspace.ts'

/**
 * Packs every published package, and installs the tarballs with npm in empty folders outside of the workspace: `seven`
 * has all packages and `@middy/core` 7, `six` has the preset and `@middy/core` 6, and nothing else.
 */
export default async function setup(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lpipe-installed-'))
  process.env['LPIPE_INSTALLED'] = folder
  await pack(join(folder, 'tarballs'))
  const { version } = manifestIn(join(root, 'packages/internal/installed/node_modules/@middy/core'))
  await Promise.all([
    install(folder, 'seven', `@middy/core@${version}`, withOurs(...published.map(({ name }) => name))),
    install(folder, 'six', '@middy/core@6.4.5', withOurs('lpipe-preset', '@lpipe/testing')),
  ])
}

const pack = async (tarballs: string): Promise<void> => {
  mkdirSync(tarballs)
  const filters = published.map(({ name }) => `--filter=${name}`)
  const { packageManager = 'pnpm' } = manifestIn(root)
  await mustRun(
    'npx',
    ['--yes', packageManager, '--recursive', ...filters, 'pack', '--pack-destination', tarballs],
    root,
  )
}

const install = async (folder: string, user: string, middy: string, names: readonly string[]): Promise<void> => {
  const cwd = join(folder, user)
  mkdirSync(cwd)
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ name: user, private: true, type: 'module' }))
  const tarballs = names.map((name) => join(folder, 'tarballs', tarballOf(name)))
  const quick = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
  await mustRun('npm', ['install', ...quick, ...tarballs, middy, '@types/node@24', '@types/aws-lambda@8'], cwd)
}
