import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { rotated } from './rounds.ts'

const execute = promisify(execFile)

export const programs = fileURLToPath(new URL('./programs/', import.meta.url))

/** Runs a program in a process of its own, and reads the JSON of the last line that it prints. */
export const runFresh = async <Result>(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Result> => {
  const { NODE_COMPILE_CACHE: _, ...inherited } = process.env
  const { stdout } = await execute(process.execPath, args, {
    env: { ...inherited, ...env, AWS_LAMBDA_LOG_LEVEL: 'WARN' },
  })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

/** Runs each of several programs in turn, round after round, in fresh processes. Each round begins with another one. */
export const freshRounds = async <Result>(
  names: readonly string[],
  rounds: number,
  run: (name: string) => Promise<Result>,
): Promise<ReadonlyMap<string, readonly Result[]>> => {
  const results = new Map<string, Result[]>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of rotated(names, round)) results.get(name)?.push(await run(name))
  }
  return results
}
