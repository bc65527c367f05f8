import { setImmediate } from 'node:timers/promises'
import { createRunHandler, type RunInvocation } from '@lpipe/local/tools'
import { check, type Description } from '@lpipe/system'
import { defaultMemory, defaultTimeout, loaderOf } from '@lpipe/system/tools'
import { captureError } from '../environment/capture.ts'
import { observe } from '../environment/observe.ts'
import { plainOptions, type RunSystem } from '../environment/plain-options.ts'
import { InvocationError } from '../lambdas/invocation-error.ts'
import type { Runtime, RuntimeEvents } from './runtime.ts'

/** Options of `createRuntimeHere`. */
export interface HereOptions extends Pick<RuntimeEvents, 'onTrace'> {
  readonly system: RunSystem
  readonly description: Description
  readonly region: string
}

/** Runs the functions of a system in this process, as `localPipeline()` does. */
export const createRuntimeHere = ({ system, description, region, onTrace }: HereOptions): Runtime => {
  const folder = process.cwd()
  const running = new Map<string, string>()
  const load = loaderOf(system)
  const handlers = new Map<string, Promise<RunInvocation>>()

  const { close } = observe((event) => {
    // Only the beginning of something says for which invocation it is.
    const lambda = 'requestId' in event ? running.get(event.requestId) : ''
    if (lambda !== undefined) onTrace(lambda, event)
  }, folder)

  const handlerOf = (name: string): Promise<RunInvocation> => {
    const { timeout = defaultTimeout, memory = defaultMemory } = system.functions[name] ?? {}
    const known =
      handlers.get(name) ??
      load(name).then(({ handler }) => createRunHandler({ name, handler, timeout, memory, region }))
    handlers.set(name, known)
    return known
  }

  return {
    system: {
      ...plainOptions(system),
      description,
      findings: check(description),
      places: {},
      known: true,
      complete: true,
    },
    generation: () => 0,
    start: async () => {
      for (const name of Object.keys(system.functions)) await handlerOf(name)
    },
    run: async (invocation, onStart) => {
      const { functionName, requestId } = invocation
      const run = await handlerOf(functionName)
      running.set(requestId, functionName)
      onStart({ coldStart: false, process: { pid: process.pid, memoryBytes: process.memoryUsage.rss() } })
      try {
        return await run(invocation)
      } catch (error) {
        throw new InvocationError('failed', captureError(error, folder))
      } finally {
        await setImmediate() // the end of its batch is published after the response
        running.delete(requestId)
      }
    },
    dryRun: undefined,
    status: () =>
      Object.keys(system.functions).map((name) => ({ name, state: 'ready' as const, reloads: 0, environments: [] })),
    close: async () => close(),
  }
}
