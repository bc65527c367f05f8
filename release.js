/** Builds and publishes what the registry does not have yet, and tags it. With `--dry-run` nothing leaves this machine. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const { packageManager } = JSON.parse(readFileSync('package.json', 'utf8'))
const dry = process.argv.includes('--dry-run')
const pnpm = (...args) => execFileSync('npx', ['--yes', packageManager, ...args], { stdio: 'inherit' })

pnpm('exec', 'turbo', 'run', 'build', '--filter=./packages/*', '--output-logs=errors-only')
pnpm('--recursive', 'publish', '--access', 'public', ...(dry ? ['--dry-run', '--no-git-checks'] : []))
if (!dry) pnpm('exec', 'changeset', 'git-tag')
