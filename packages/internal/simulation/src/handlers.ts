// The library of `metrics()` is imported now: later that takes time which is not the clock's.
import '@aws-lambda-powertools/metrics'
import { type BatchHooks, batchOf } from '@lpipe/core/middleware'
import { metrics } from '@lpipe/metrics'
import middy, { type MiddlewareObj } from '@middy/core'
import { FailCatastrophically, type LpipeContext, type LpipeOptions, lpipe, type Message, payload } from 'lpipe-preset'
import type { Handler } from './invoke.ts'
import { pathName } from './paths.ts'
import { type AroundSpec, hasMetrics } from './scenario.ts'
import { current, type Invocation, type Kwargs, runOf, type SourceMessage, type World } from './world.ts'

/** Makes the handler under test: lpipe, the middlewares around it, and perhaps a handler of the user's own. */
export const createHandler = (world: World, options: LpipeOptions): Handler => {
  const { handler, around } = world.scenario
  const placed = (place: AroundSpec['place']) =>
    around.filter((one) => one.place === place).map((one) => hookOf(world, one))
  const counting = hasMetrics(world.scenario) ? [metrics({ namespace: 'Simulation' })] : []
  const middlewares = [...counting, ...placed('outer'), ...lpipe(options), wrapperOf(world), ...placed('inner')]
  return middy(handler === 'own' ? (ownHandler(world) as never) : undefined).use(middlewares) as never
}

/** A middleware that acts in every third invocation. */
const hookOf = (world: World, { hook, does }: AroundSpec): MiddlewareObj => ({
  [hook]: (request: { response: unknown; error: unknown }) => {
    const invocation = current.getStore()
    if (invocation === undefined || invocation.number % 3 !== 1) return undefined
    invocation.hasInterference = true
    world.stats.interferences += 1
    world.trace(`another middleware: ${hook} ${does}`)
    if (does === 'throws') throw new Error('another middleware')
    if (does === 'returns') return { ok: true }
    if (does === 'sets') request.response = { ok: true }
    else if (does === 'setsError') request.error = new Error('another middleware')
    else (Object(request.response) as { readonly batchItemFailures?: unknown[] }).batchItemFailures?.splice(0)
    return undefined
  },
})

/** A middleware that prepares each message, or wraps something around it, as tracers do, and fails at every fifth one. */
const wrapperOf = (world: World): MiddlewareObj => ({
  before: (request) => {
    const { wrapper } = world.scenario
    if (wrapper === 'none') return
    const invocation = current.getStore() as Invocation
    const sourceOf = ({ recordIndex, position }: Message): SourceMessage =>
      invocation.records[recordIndex]?.messages[position] as SourceMessage
    const isOddAt = ({ number }: SourceMessage): boolean => number % 5 === 1
    const obstruct = (source: SourceMessage): never => {
      runOf(world, invocation, source).isObstructed = true
      throw new TypeError('an odd hook')
    }
    const prepare: BatchHooks['prepare'] = (message) => {
      const source = sourceOf(message)
      if (isOddAt(source)) obstruct(source)
    }
    const wrapMessage: BatchHooks['wrapMessage'] = async (message, run) => {
      const source = sourceOf(message)
      const isOdd = isOddAt(source)
      await world.clock.sleep(wrapper === 'waits' ? 1 : 0)
      if (wrapper === 'throws' && isOdd) obstruct(source)
      const result = await run()
      if (wrapper === 'throwsAfter' && isOdd) throw new Error('an odd wrapper')
      return result
    }
    batchOf(request).use(wrapper === 'prepares' ? { prepare } : { wrapMessage })
  },
})

/** A handler of the user's own: it returns a payload for most messages, a value for some, and fails some. */
const ownHandler =
  (world: World) =>
  async (_: unknown, { lpipe: { messages } }: LpipeContext<Kwargs>): Promise<PromiseSettledResult<unknown>[]> => {
    const { clock, sources } = world
    const invocation = current.getStore()
    return messages.map((message) => {
      const { kwargs } = message.payload
      const source = sources[kwargs.number ?? -1]
      if (invocation === undefined || source?.path === undefined)
        throw new Error('a message that the source does not have')
      const { results } = runOf(world, invocation, source)
      const at = clock.due()
      if (source.number % 5 === 3) {
        results.push({ end: 'fail', at, outputs: [] })
        return { status: 'rejected', reason: new FailCatastrophically('own') }
      }
      const isValue = source.number % 5 === 2
      const destination = { kind: 'path', index: source.path } as const
      results.push({ end: 'ok', at, outputs: isValue ? [] : [{ destination, kwargs: source.kwargs }] })
      return { status: 'fulfilled', value: isValue ? 1 : payload({ path: pathName(source.path), kwargs }) }
    })
  }
