import { dirname } from 'node:path'
import { InvalidConfigurationError } from '@lpipe/core'
import { type Environment, environmentOf } from '@lpipe/local/tools'
import { defaultMemory, defaultTimeout } from '@lpipe/system/tools'
import type { CapturedError } from '../api/types.ts'
import { type Build, BuildError, createBuilder } from '../build/build.ts'
import { watchFiles } from '../build/watch.ts'
import type { RunTask } from '../environment/protocol.ts'
import { insideOf } from '../environment/stack.ts'
import { InvocationError } from '../lambdas/invocation-error.ts'
import { createLambda, type Lambda, type StartProcess } from '../lambdas/lambda.ts'
import { type ProcessOptions, startProcess } from '../lambdas/process.ts'
import { createServerChildren } from '../lambdas/server-children.ts'
import { variablesOf } from '../lambdas/variables.ts'
import { createDescriber } from './describer.ts'
import type { Runtime, RuntimeEvents } from './runtime.ts'

/** Options of `createBuiltRuntime`. */
export interface BuiltOptions extends RuntimeEvents {
  /** the absolute path of the configuration */
  readonly config: string
  readonly region: string
  /** whether to build again when a source file changes */
  readonly watch: boolean
}

/** The ports of no server: handlers that are imported before the emulators run must not reach another one. */
const nowhere = 'http://127.0.0.1:9'

/**
 * Builds a configuration, and runs each of its Lambdas in processes of its own. When a source file changes, the Lambdas that import
 * it are swapped.
 *
 * @throws InvalidConfigurationError if the configuration cannot be built or imported
 */
export const createBuiltRuntime = async (options: BuiltOptions): Promise<Runtime> => {
  const { config, region, watch, onTrace, onPrint, onDescribed, onReload } = options
  const folder = dirname(config)
  const builder = await createBuilder(config)
  const lambdas = new Map<string, Lambda>()
  const children = createServerChildren()
  let generation = 0
  let emulators: Environment = environmentOf(region, nowhere, nowhere)
  let build: Build
  let isClosed = false

  const describer = createDescriber({
    children,
    config,
    folder,
    onDescribed: (described) => onDescribed(described, generation),
    onProblem: (error) => {
      // At the start it is thrown. If a handler cannot be imported, its Lambda says so too.
      if (lambdas.size > 0 && !isClosed) {
        onReload({ generation, lambdas: [], files: [], problem: `the graph is not known: ${textOf(error)}` })
      }
    },
  })
  const describe = () => describer.describe(build, variablesOf({ name: 'describe', memory: defaultMemory, emulators }))

  const close = async (): Promise<void> => {
    isClosed = true
    await watcher?.close()
    await Promise.all([describer.close(), ...[...lambdas.values()].map((lambda) => lambda.close())])
    children.close()
    await builder.close()
  }

  const watcher = watch ? watchFiles((files) => void reload(files)) : undefined

  try {
    build = await builder.build()
    await describe()
  } catch (error) {
    await close()
    if (error instanceof BuildError) {
      throw new InvalidConfigurationError(`the configuration cannot be built:\n${error.message}`, { cause: error })
    }
    if (!(error instanceof InvocationError)) throw error
    const text = `the configuration cannot be imported:\n${placedText(error.captured)}`
    throw new InvalidConfigurationError(text, { cause: error })
  }

  const settingsOf = (name: string) => {
    const { timeout = defaultTimeout, memory = defaultMemory, environment } = describer.system().functions[name] ?? {}
    return { timeout, memory, own: environment }
  }

  /** Returns a function that starts a process of a Lambda, with the settings that it has then. */
  const starter =
    (
      name: string,
      changes: Pick<ProcessOptions, 'onReport' | 'onPrint'> & { readonly emulators?: Environment },
    ): StartProcess =>
    ({ entry, outdir }) => {
      const { timeout, memory, own } = settingsOf(name)
      const task: RunTask = { type: 'run', entry, outdir, folder, name, timeout, memory, region }
      const environment = variablesOf({ name, memory, own, emulators: changes.emulators ?? emulators })
      return startProcess({ children, task, folder, environment, memory, ...changes })
    }

  let last: Promise<unknown> = Promise.resolve()
  const reload = (files: ReadonlySet<string>): Promise<void> => {
    const reloading = last.then(() => reloadNow(files))
    last = reloading.catch(() => undefined)
    return reloading
  }

  let isBroken = false
  const reloadNow = async (files: ReadonlySet<string>): Promise<void> => {
    const known = new Set(build.inputs)
    const changed = new Set([...files].filter((file) => known.has(file)))
    // After an error a file may be there that was missing.
    if (isClosed || (changed.size === 0 && !isBroken)) return
    const shown = Array.from(changed.size === 0 ? files : changed, (file) => insideOf(folder, file))
    const before = build.entry
    try {
      build = await builder.build()
    } catch (error) {
      isBroken = true
      generation += 1
      onReload({ generation, lambdas: [], files: shown, problem: textOf(error) })
      return
    }
    watcher?.follow(build.inputs)
    // Its name changes with the content of all that it imports.
    if (build.entry === before && !isBroken) return
    isBroken = false
    generation += 1
    const isConfiguration = [...build.sourcesOf([build.entry])].some((file) => changed.has(file))
    const described = describe().then(
      () => undefined,
      (error: unknown) => textOf(error),
    )
    // It may have other settings now.
    const problem = isConfiguration ? await described : undefined
    if (problem !== undefined) {
      onReload({ generation, lambdas: [], files: shown, problem })
      return
    }
    const affected = [...lambdas.values()].filter(
      (lambda) => lambda.imports(changed) || lambda.status().state !== 'ready',
    )
    const problems = await Promise.all(affected.map((lambda) => lambda.use(build)))
    const broken = affected.flatMap(({ name }, index) => problemText(name, problems[index]))
    const swapped = affected.filter((_, index) => problems[index] === undefined).map(({ name }) => name)
    isBroken = broken.length > 0
    onReload({
      generation,
      lambdas: swapped,
      files: shown,
      ...(broken.length === 0 ? {} : { problem: broken.join('\n') }),
    })
  }

  return {
    system: describer.system(),
    generation: () => generation,
    start: async (environment) => {
      emulators = environment
      for (const [name, { timeout = defaultTimeout }] of Object.entries(describer.system().functions)) {
        const start = starter(name, {
          onReport: (report) => onTrace(name, report as never),
          onPrint: (line, stream) => onPrint(name, line, stream),
        })
        const onRecovered = () => onReload({ generation, lambdas: [name], files: [] })
        lambdas.set(name, createLambda({ name, timeout, start, onRecovered }))
      }
      const started = [...lambdas.values()]
      const problems = await Promise.all(started.map((lambda) => lambda.use(build)))
      // So that the graph is known when the first messages pass.
      await describer.known()
      const broken = started.flatMap(({ name }, index) => problemText(name, problems[index]))
      if (broken.length > 0) {
        isBroken = true
        onReload({ generation, lambdas: [], files: [], problem: broken.join('\n') })
      }
      watcher?.follow(build.inputs)
    },
    run: (invocation, onStart) => lambdaNamed(invocation.functionName).run(invocation, onStart),
    dryRun: ({ invocation, environment, onReport, onPrint: onPrinted }) => {
      const { functionName: name } = invocation
      const start = starter(name, { onReport, onPrint: onPrinted, emulators: environment })
      return lambdaNamed(name).runAlone(invocation, start)
    },
    status: () => [...lambdas.values()].map((lambda) => lambda.status()),
    close,
  }

  function lambdaNamed(name: string): Lambda {
    const lambda = lambdas.get(name)
    if (lambda === undefined) throw new InvalidConfigurationError(`startDev: there is no function \`${name}\``)
    return lambda
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const problemText = (name: string, problem: CapturedError | undefined): string[] => {
  return problem === undefined ? [] : [`function ${name} cannot be imported: ${placedText(problem)}`]
}

const placedText = ({ name, message, frames }: CapturedError): string => {
  const frame = frames.find(({ own }) => own)
  return `${name}: ${message}${frame === undefined ? '' : ` (${frame.file}:${frame.line})`}`
}
