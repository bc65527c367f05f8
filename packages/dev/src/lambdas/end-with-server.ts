import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'

const children = new Set<ChildProcess>()

process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/**
 * Ends a process when this one ends. An idle one ends by itself, but not one that loops: a shell ends it even if this process is
 * killed. On Windows there is none.
 */
export const endWithServer = (child: ChildProcess): void => {
  if (child.pid === undefined) return // it could not be started
  children.add(child)
  writePids()
  child.once('exit', () => {
    children.delete(child)
    writePids()
  })
}

let guard: Socket | undefined

const writePids = (): void => {
  guard ??= startGuard()
  guard.write(`${[...children].map(({ pid }) => pid).join(' ')}\n`)
}

/** Its input ends with this process: then it ends the processes that it read last. */
const startGuard = (): Socket => {
  const program = 'while read -r line; do pids=$line; done; if [ -n "$pids" ]; then kill -9 $pids; fi'
  // Detached: Ctrl-C in the terminal is for the server, which ends the processes then.
  const shell = spawn('/bin/sh', ['-c', program], { stdio: ['pipe', 'ignore', 'ignore'], env: {}, detached: true })
  shell.once('error', () => undefined)
  shell.unref()
  const stdin = shell.stdin as Socket
  stdin.on('error', () => undefined)
  stdin.unref()
  return stdin
}
