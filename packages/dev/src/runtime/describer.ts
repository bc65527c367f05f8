import type { Build } from '../build/build.ts'
import type { DescribedSystem } from '../environment/protocol.ts'
import { type LambdaProcess, startProcess } from '../lambdas/process.ts'

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
  /** The last description. */
  readonly system: () => DescribedSystem
  readonly close: () => Promise<void>
}

export interface DescriberOptions {
  readonly config: string
  readonly folder: string
  readonly onDescribed: (system: DescribedSystem) => void
}

export const createDescriber = ({ config, folder, onDescribed }: DescriberOptions): Describer => {
  let system: DescribedSystem | undefined
  let running: LambdaProcess | undefined

  return {
    describe: async ({ entry }, environment) => {
      await running?.kill()
      const first = Promise.withResolvers<DescribedSystem>()
      const process = startProcess({
        task: { type: 'describe', entry, folder, file: config },
        folder,
        environment,
        onReport: (report) => {
          if (report.type !== 'described' || process !== running) return
          system = report.system
          first.resolve(system)
          onDescribed(system)
          if (system.complete) void process.kill()
        },
        // What modules print when they are imported is shown by the processes of the Lambdas.
        onPrint: () => undefined,
      })
      running = process
      // If only a handler cannot be imported, its Lambda says so.
      process.loaded.catch((error: unknown) => {
        first.reject(error)
        void process.kill()
      })
      return first.promise
    },
    system: () => {
      if (system === undefined) throw new Error('the system is not described yet')
      return system
    },
    close: async () => {
      await running?.kill()
    },
  }
}
