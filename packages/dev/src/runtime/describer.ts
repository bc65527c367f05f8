import type { Build } from '../build/build.ts'
import type { DescribedSystem } from '../environment/protocol.ts'
import { type LambdaProcess, startProcess } from '../lambdas/process.ts'
import type { ServerChildren } from '../lambdas/server-children.ts'

/** Describes a system in a process of its own: that runs the modules of all handlers. */
export interface Describer {
  /**
   * Describes a build. Returns the first description; better ones follow.
   *
   * @throws InvocationError if the configuration cannot be imported
   */
  readonly describe: (
    build: Build,
    environment: Readonly<Record<string, string | undefined>>,
  ) => Promise<DescribedSystem>
  /** Resolves when the handlers are described, or cannot be: then their Lambdas say why. */
  readonly known: () => Promise<void>
  /** The last description. */
  readonly system: () => DescribedSystem
  readonly close: () => Promise<void>
}

export interface DescriberOptions {
  readonly children: ServerChildren
  readonly config: string
  readonly folder: string
  readonly onDescribed: (system: DescribedSystem) => void
  /** Called if the handlers, or the payloads that functions return, cannot be described. */
  readonly onProblem: (error: unknown) => void
}

export const createDescriber = ({ children, config, folder, onDescribed, onProblem }: DescriberOptions): Describer => {
  let system: DescribedSystem | undefined
  let running: LambdaProcess | undefined
  let known: Promise<void> = Promise.resolve()

  return {
    describe: async ({ entry }, environment) => {
      const before = running
      running = undefined
      await before?.kill()
      const first = Promise.withResolvers<DescribedSystem>()
      const handlers = Promise.withResolvers<void>()
      known = handlers.promise
      const process = startProcess({
        children,
        task: { type: 'describe', entry, folder, file: config },
        folder,
        environment,
        onReport: (report) => {
          if (report.type !== 'described' || process !== running) return
          const described = withGraphOf(system, report.system)
          const isNew = described === report.system
          system = described
          first.resolve(described)
          if (isNew) onDescribed(described)
          if (report.system.known) handlers.resolve()
          if (report.system.complete) void process.kill()
        },
        // What modules print when they are imported is shown by the processes of the Lambdas.
        onPrint: () => undefined,
      })
      running = process
      void process.ended.then(() => handlers.resolve())
      process.loaded.catch((error: unknown) => {
        const isExpected = process !== running || system?.complete === true
        if (!isExpected) onProblem(error)
        first.reject(error)
        void process.kill()
      })
      return first.promise
    },
    known: () => known,
    system: () => {
      if (system === undefined) throw new Error('the system is not described yet')
      return system
    },
    close: async () => {
      await running?.kill()
    },
  }
}

/** Keeps the last graph while there is only an outline of the next one. */
const withGraphOf = (last: DescribedSystem | undefined, next: DescribedSystem): DescribedSystem => {
  if (next.known || last === undefined) return next
  const { queues, streams, topics, functions } = next
  return { ...last, queues, streams, topics, functions }
}
