import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { quantity } from '@lpipe/core/middleware'
import { timeoutText } from '@lpipe/local/tools'
import type { CapturedError, LogLine } from '../api/types.ts'
import type { InvokeCommand, Report, Task } from '../environment/protocol.ts'
import { InvocationError, plainError } from './invocation-error.ts'
import { readLines } from './lines.ts'
import { createPrintedReader, type Printed } from './printed.ts'
import type { ServerChildren } from './server-children.ts'

/** How a process is started. */
export interface ProcessOptions {
  /** ends it when the server ends */
  readonly children: ServerChildren
  readonly task: Task
  /** the working directory */
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** MB that V8 may use for its heap; default: as many as it wants */
  readonly memory?: number
  /** seconds until its modules must be imported; default 60. Otherwise an endless loop there would keep everything waiting */
  readonly importSeconds?: number
  readonly onReport: (report: Report) => void
  readonly onPrint: (line: Printed, stream: LogLine['stream']) => void
}

/** A process of a Lambda. */
export interface LambdaProcess {
  readonly pid: number
  readonly startedAt: number
  /** Rejects with an InvocationError if its module cannot be imported, or not in time. */
  readonly loaded: Promise<void>
  /** The URLs of the built files that it has imported. Undefined if they are not known. */
  readonly files: ReadonlySet<string> | undefined
  readonly memoryBytes: number
  readonly invocations: number
  /** Whether it has ended, or is about to. */
  readonly isEnding: boolean
  /** Resolves when it has ended. */
  readonly ended: Promise<void>
  /**
   * Invokes the Lambda. If it takes longer than `timeout` seconds, the process is ended.
   *
   * @throws InvocationError if the invocation fails
   */
  readonly invoke: (command: Omit<InvokeCommand, 'type'>, timeout: number) => Promise<unknown>
  readonly kill: () => Promise<void>
}

/** An invocation that runs. */
interface RunningInvocation extends PromiseWithResolvers<unknown> {
  readonly requestId: string
  /** Resolves when all that it printed was read. */
  readonly printed: Promise<void>
  readonly streamEnded: () => void
}

/** A line that never ends must not fill the memory of this process. */
const maxPrintedBytes = 1024 * 1024

/** Code may close or replace a stream, so that its end is never read. */
const longestPrintMillis = 500

const createRunning = (requestId: string): RunningInvocation => {
  const printed = Promise.withResolvers<void>()
  let streams = 2
  const running: RunningInvocation = {
    ...Promise.withResolvers<unknown>(),
    requestId,
    get printed() {
      const timer = setTimeout(printed.resolve, longestPrintMillis)
      return printed.promise.finally(() => clearTimeout(timer))
    },
    streamEnded: () => {
      streams -= 1
      if (streams === 0) printed.resolve()
    },
  }
  return running
}

const program = (): string => fileURLToPath(import.meta.resolve('@lpipe/dev/environment'))

/** Starts a process that runs a task. */
export const startProcess = (options: ProcessOptions): LambdaProcess => {
  const { children, task, folder, environment, memory, importSeconds = 60, onReport, onPrint } = options
  const limit = memory === undefined ? [] : [`--max-old-space-size=${memory}`]
  const child = spawn(process.execPath, [...limit, '--enable-source-maps', program()], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'ipc'],
  })
  children.add(child)
  const startedAt = Date.now()
  const loading = Promise.withResolvers<void>()
  loading.promise.catch(() => undefined) // not everybody waits for it
  const ended = Promise.withResolvers<void>()
  let invocation: RunningInvocation | undefined
  let files: Set<string> | undefined
  let uncaught: CapturedError | undefined
  let memoryBytes = 0
  let invocations = 0
  let isEnding = false

  const importTimer = setTimeout(() => {
    const text = `its modules were not imported within ${quantity(importSeconds, 'second')}`
    loading.reject(new InvocationError('timedOut', plainError('TimeoutError', text)))
    void kill()
  }, importSeconds * 1000)

  const read = (report: Report): void => {
    if (report.type === 'loaded' || (report.type === 'described' && report.system.known)) clearTimeout(importTimer)
    if (report.type === 'loaded') {
      files = report.files && new Set(report.files)
      loading.resolve()
    } else if (report.type === 'imported') files?.add(report.file)
    else if (report.type === 'problem') loading.reject(new InvocationError('failed', report.error))
    else if (report.type === 'uncaught') uncaught = report.error
    else if (report.type === 'succeeded' || report.type === 'failed') {
      memoryBytes = report.memoryBytes
      if (invocation?.requestId !== report.requestId) return
      const { resolve, reject, printed } = invocation
      void printed.then(() => {
        if (report.type === 'succeeded') resolve(report.response)
        else reject(new InvocationError('failed', report.error))
      })
    } else onReport(report)
  }

  readLines(child.stdio[3] as Readable, (line) => read(JSON.parse(line)))
  for (const [stream, isError] of [
    ['stdout', false],
    ['stderr', true],
  ] as const) {
    const readPrinted = createPrintedReader(isError, (requestId) => {
      if (invocation?.requestId === requestId) invocation.streamEnded()
    })
    const onLine = (line: string): void => {
      const printed = readPrinted(line)
      if (printed !== undefined) onPrint(printed, stream)
    }
    readLines(child[stream] as Readable, onLine, maxPrintedBytes)
  }

  const end = (how: string): void => {
    clearTimeout(importTimer)
    const error = new InvocationError('crashed', uncaught ?? plainError('ProcessEnded', how))
    loading.reject(error)
    invocation?.reject(error)
    ended.resolve()
  }
  child.on('disconnect', () => {
    isEnding = true
  })
  child.on('error', (error) => end(`the process could not be started: ${error.message}`))
  child.on('exit', (code, signal) => {
    isEnding = true
    const how = signal === null ? `the process ended itself with code ${code}` : `the process was ended by ${signal}`
    // A process that it has started may keep the pipes open.
    const late = setTimeout(() => end(how), 500)
    // When its last output was read.
    child.on('close', () => {
      clearTimeout(late)
      end(how)
    })
  })
  child.send(task, () => undefined)

  const kill = (): Promise<void> => {
    isEnding = true
    child.kill('SIGKILL')
    return ended.promise
  }

  return {
    pid: child.pid ?? 0,
    startedAt,
    loaded: loading.promise,
    get files() {
      return files
    },
    get memoryBytes() {
      return memoryBytes
    },
    get invocations() {
      return invocations
    },
    get isEnding() {
      return isEnding
    },
    ended: ended.promise,
    kill,
    invoke: async (command, timeout) => {
      invocations += 1
      const current = createRunning(command.requestId)
      invocation = current
      const timer = setTimeout(() => {
        current.reject(new InvocationError('timedOut', plainError('TimeoutError', timeoutText(timeout))))
        kill()
      }, timeout * 1000)
      child.send({ ...command, type: 'invoke' } satisfies InvokeCommand, () => undefined)
      try {
        return await current.promise
      } finally {
        clearTimeout(timer)
        invocation = undefined
      }
    },
  }
}
