import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'

/**
 * The processes that a server has started: they end when it ends. An idle one ends by itself, but not one that loops: a shell ends
 * it even if the server is killed. On Windows there is none.
 */
export interface ServerChildren {
  readonly add: (child: ChildProcess) => void
  /** Ends those that still run, and each that is added later. */
  readonly close: () => void
}

export const createServerChildren = (): ServerChildren => {
  const children = new Set<ChildProcess>()
  let shellInput: Socket | undefined
  let isClosed = false

  const killAll = (): void => {
    for (const child of children) child.kill('SIGKILL')
  }
  process.once('exit', killAll)

  const writePids = (): void => {
    shellInput ??= startShell()
    shellInput.write(`${[...children].map(({ pid }) => pid).join(' ')}\n`)
  }

  return {
    add: (child) => {
      if (child.pid === undefined) return // it could not be started
      if (isClosed) {
        child.kill('SIGKILL')
        return
      }
      children.add(child)
      writePids()
      child.once('exit', () => {
        children.delete(child)
        if (!isClosed) writePids()
      })
    },
    close: () => {
      isClosed = true
      process.off('exit', killAll)
      killAll()
      shellInput?.end()
    },
  }
}

/** Starts a shell whose input ends with this process, or when it is closed: then it ends the processes that it read last. */
const startShell = (): Socket => {
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
