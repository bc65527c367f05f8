#!/usr/bin/env node
/**
 * Runs Jest on the sources, without a build: on the package of the working directory, or at the root on all packages.
 *
 *   node jest.js packages/core/test/language/queue.test.ts --watch
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const inRoot = (path) => fileURLToPath(new URL(path, import.meta.url))

/** Jest needs the first to load ES modules. Programs that tests start inherit the last: they run on the sources too. */
const options = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  '--conditions=@lpipe/source',
  process.env.NODE_OPTIONS ?? '',
].join(' ')

/** Tests start hundreds of programs: each would compile, and strip the types of, the same files again. */
const compileCache = inRoot('node_modules/.cache/compiled')

const config = existsSync('jest.config.js') ? 'jest.config.js' : inRoot('jest.config.js')
const { status } = spawnSync(
  inRoot('node_modules/node/bin/node'),
  [
    fileURLToPath(import.meta.resolve('jest/bin/jest')),
    '--config',
    config,
    '--rootDir',
    process.cwd(),
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit', env: { NODE_COMPILE_CACHE: compileCache, ...process.env, NODE_OPTIONS: options } },
)
process.exitCode = status ?? 1
