import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** How a command ended. */
export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly errors: string
}

/** A command that runs. */
export interface RunningCommand {
  readonly ended: Promise<Ended>
  /** Waits until the output contains a text. */
  readonly printed: (text: string) => Promise<string>
  readonly interrupt: () => void
}

/** Starts the command `lpipe`. Its standard input is not a terminal. */
export const startCommand = (
  cwd: string,
  args: readonly string[],
  { environment = {}, input = '' }: { environment?: Readonly<Record<string, string>>; input?: string } = {},
): RunningCommand => {
  const { LPIPE_DEV_URL: _, ...inherited } = process.env
  const child = spawn(process.execPath, [main, ...args], { cwd, env: { ...inherited, ...environment } })
  let out = ''
  let errors = ''
  const waiting = new Set<() => void>()
  const added = (): void => {
    for (const look of waiting) look()
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    added()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
    added()
  })
  child.stdin.end(input)
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, out, errors: errors.trim() }))
  })
  const printed = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!`${out}${errors}`.includes(text)) return
        waiting.delete(look)
        resolve(out)
      }
      waiting.add(look)
      look()
      void ended.then(() => reject(new Error(`it ended without \`${text}\`: ${out}${errors}`)))
    })
  return { ended, printed, interrupt: () => child.kill('SIGINT') }
}

/** Runs the command `lpipe` to its end. */
export const runCommand = (...given: Parameters<typeof startCommand>): Promise<Ended> => startCommand(...given).ended
