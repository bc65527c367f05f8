import { setTimeout } from 'node:timers/promises'
import type { Invocation } from '@lpipe/local/tools'
import type { CapturedError, LambdaStatus } from '../api/types.ts'
import type { Build } from '../build/build.ts'
import { InvocationError } from './invocation-error.ts'
import type { LambdaProcess } from './process.ts'

/** Where an invocation ran. */
export interface RanIn {
  readonly coldStart: boolean
  readonly process: Pick<LambdaProcess, 'pid' | 'memoryBytes'>
}

/** A Lambda, with its processes. */
export interface Lambda {
  readonly name: string
  readonly status: () => LambdaStatus
  /**
   * Runs an invocation in a process of its own: an idle one, or a new one. Waits while the Lambda cannot be built or imported.
   *
   * @param onStart called when it begins
   * @throws InvocationError if the invocation fails
   */
  readonly run: (invocation: Invocation, onStart: (ran: RanIn) => void) => Promise<unknown>
  /**
   * Runs an invocation in a new process, which ends afterwards.
   *
   * @throws InvocationError if the module cannot be imported, or the invocation fails
   */
  readonly runAlone: (invocation: Invocation, start: StartProcess) => Promise<unknown>
  /** Whether it has imported one of the files, or may have. */
  readonly imports: (files: ReadonlySet<string>) => boolean
  /**
   * Starts with a new build. The old processes run until the first new one is ready, and end their invocations.
   *
   * @returns the error, if the module cannot be imported: then the old build still runs
   */
  readonly use: (build: Build) => Promise<CapturedError | undefined>
  readonly close: () => Promise<void>
}

/** Starts a process of a Lambda. */
export type StartProcess = (build: Build) => LambdaProcess

/** Options of `createLambda`. */
export interface LambdaOptions {
  readonly name: string
  /** seconds */
  readonly timeout: number
  readonly start: StartProcess
  /** Called when it has been imported after all, though it could not be at first. */
  readonly onRecovered: () => void
}

/** Between two attempts to import what could not be imported. */
const retryMillis = 5000

/** A process with what it runs. */
interface Environment {
  readonly build: Build
  readonly process: LambdaProcess
  busy: boolean
}

export const createLambda = ({ name, timeout, start, onRecovered }: LambdaOptions): Lambda => {
  const environments = new Set<Environment>()
  let current: Build | undefined
  let latest: Build | undefined
  let problem: CapturedError | undefined
  let reloads = -1
  let changed = Promise.withResolvers<void>()
  let isClosed = false
  let last: Promise<unknown> = Promise.resolve()

  const notify = (): void => {
    changed.resolve()
    changed = Promise.withResolvers<void>()
  }

  /** The source files that processes of the current build have imported. Undefined if they are not known. */
  let sources: Set<string> | undefined = new Set()

  const remember = ({ build, process: { files } }: Environment): void => {
    if (build !== current || sources === undefined) return
    if (files === undefined) sources = undefined
    else for (const source of build.sourcesOf(files)) sources.add(source)
  }

  /** Starts a process, busy until it is released. */
  const open = (build: Build): Environment => {
    const environment = { build, process: start(build), busy: true }
    environments.add(environment)
    void environment.process.ended.then(() => {
      remember(environment)
      environments.delete(environment)
    })
    return environment
  }

  const release = (environment: Environment): void => {
    environment.busy = false
    if (environment.build !== current) void environment.process.kill()
  }

  let retrying: Promise<void> | undefined
  /** Tries again what could not be imported: what it lacked, such as a database or time, may be there now. */
  const retry = (): Promise<void> => {
    retrying ??= (async () => {
      await setTimeout(retryMillis, undefined, { ref: false })
      const isNeeded = !isClosed && current === undefined && latest !== undefined
      if (isNeeded && (await use(latest as Build)) === undefined) onRecovered()
      retrying = undefined
    })()
    return retrying
  }

  const acquire = async (): Promise<Environment> => {
    for (;;) {
      if (isClosed) throw new Error(`function ${name} was stopped`)
      const build = current
      if (build === undefined) {
        await (problem === undefined ? changed.promise : Promise.race([changed.promise, retry()]))
        continue
      }
      const idle = [...environments].find((one) => !one.busy && !one.process.isEnding && one.build === build)
      if (idle !== undefined) {
        idle.busy = true
        return idle
      }
      const environment = open(build)
      try {
        await environment.process.loaded
        return environment
      } catch (error) {
        void environment.process.kill()
        // It was imported before: what it needs at its start is missing now.
        if (current === build) throw error
      }
    }
  }

  const swap = async (build: Build): Promise<CapturedError | undefined> => {
    if (isClosed) return undefined
    const environment = open(build)
    try {
      await environment.process.loaded
    } catch (error) {
      void environment.process.kill()
      problem = capturedOf(error)
      notify()
      return problem
    }
    current = build
    problem = undefined
    sources = new Set()
    reloads += 1
    release(environment)
    for (const one of environments) if (!one.busy && one.build !== build) void one.process.kill()
    notify()
    return undefined
  }

  const use: Lambda['use'] = (build) => {
    latest = build
    const result = last.then(() => swap(build))
    last = result
    return result
  }

  return {
    name,
    status: () => ({
      name,
      state: problem === undefined ? (current === undefined ? 'starting' : 'ready') : 'broken',
      ...(problem === undefined ? {} : { problem: `${problem.name}: ${problem.message}` }),
      reloads: Math.max(0, reloads),
      environments: [...environments].map(({ busy, process: { pid, memoryBytes, startedAt, invocations } }) => ({
        pid,
        busy,
        memoryBytes,
        startedAt,
        invocations,
      })),
    }),
    run: async (invocation, onStart) => {
      const environment = await acquire()
      const { process } = environment
      onStart({ coldStart: process.invocations === 0, process })
      try {
        return await process.invoke({ ...invocation, dryRun: false }, timeout)
      } finally {
        release(environment)
      }
    },
    runAlone: async (invocation, startAlone) => {
      while (current === undefined) {
        if (problem !== undefined) throw new InvocationError('failed', problem)
        await changed.promise
      }
      const process = startAlone(current)
      try {
        await process.loaded
        return await process.invoke({ ...invocation, dryRun: true }, timeout)
      } finally {
        await process.kill()
      }
    },
    imports: (files) => {
      if (current === undefined || problem !== undefined) return true
      for (const environment of environments) remember(environment)
      return sources === undefined || [...files].some((file) => sources?.has(file))
    },
    use,
    close: async () => {
      isClosed = true
      notify()
      await Promise.all([...environments].map(({ process }) => process.kill()))
    },
  }
}

const capturedOf = (error: unknown): CapturedError => {
  if (error instanceof InvocationError) return error.captured
  throw error
}
