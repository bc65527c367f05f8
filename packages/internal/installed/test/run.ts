import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { root } from './workspace.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end. */
export const run = (file: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<Ran> => {
  const { NODE_OPTIONS: _, ...inherited } = process.env // Jest's own would lead to the sources
  return new Promise((resolve) => {
    execFile(file, args, { cwd, env: { ...inherited, ...env }, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr })
    })
  })
}

/**
 * Runs a program that must not fail. Fulfils with its output.
 *
 * @throws Error with its output, if it failed
 */
export const mustRun = async (...args: Parameters<typeof run>): Promise<string> => {
  const { code, stdout, stderr } = await run(...args)
  if (code !== 0) throw new Error(`${args[0]} ${args[1].join(' ')} ended with ${code}:\n${stdout}${stderr}`)
  return stdout
}

/** Lambda's runtimes: the workspace's, and the older one. */
export const runtimes: readonly (readonly [name: string, node: string])[] = [
  ['v24', join(root, 'node_modules/node/bin/node')],
  ['v22', join(root, 'packages/internal/installed/node_modules/node22/bin/node')],
]
