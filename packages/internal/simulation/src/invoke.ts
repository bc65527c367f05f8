import type { Context } from 'aws-lambda'
import { current, type Invocation, type Source, violate, type World } from './ledger.ts'

/** How an invocation ended. */
export type Ending = { readonly invocation: Invocation } & (
  | { readonly answer: unknown; readonly threw: false }
  | { readonly error: unknown; readonly threw: true }
)

/** Calls the handler under test as Lambda does. */
export type Invoke = (event: unknown, sources: readonly Source[], requestId?: string) => Promise<Ending>

/** Milliseconds that are kept at the end, as the options or the default of the design say. */
const reserveOf = ({ scenario: { timeout, options } }: World): number =>
  options.reserveMillis ?? Math.min(1000, (timeout ?? Number.POSITIVE_INFINITY) / 5)

export const makeInvoke = (world: World, handler: (event: never, context: never) => Promise<unknown>): Invoke => {
  const { scenario, clock, invocations, tally } = world
  const { timeout } = scenario

  return async (event, sources, requestId = `request-${invocations.length}`) => {
    const deadline = timeout === null ? Number.POSITIVE_INFINITY : clock.now() + timeout
    const context = {
      awsRequestId: requestId,
      functionName: 'simulated',
      ...(timeout !== null && { getRemainingTimeInMillis: () => Math.max(0, deadline - clock.now()) }),
    } as Context
    const invocation: Invocation = {
      number: invocations.length,
      sources,
      context,
      deadline,
      cut: deadline - reserveOf(world),
      walks: new Map(),
      calls: new Map(),
      postponed: new Map(),
      removed: new Set(),
      answered: false,
    }
    invocations.push(invocation)
    tally.invocations += 1
    tally.attempts += sources.length

    world.trace(`invocation ${invocation.number} with messages ${sources.map(({ number }) => number).join(' ')}`)
    const run = current.run(invocation, async (): Promise<Ending> => {
      try {
        return { invocation, answer: await handler(event as never, context as never), threw: false }
      } catch (error) {
        return { invocation, error, threw: true }
      }
    })
    const killed = async (): Promise<Ending> => {
      await clock.sleep(timeout ?? 0)
      return { invocation, error: new Error('Task timed out'), threw: true }
    }
    const ending = await (timeout === null ? run : Promise.race([run, killed()]))
    invocation.answered = true
    world.trace(`invocation ${invocation.number}: ${ending.threw ? ending.error : JSON.stringify(ending.answer)}`)
    if (clock.now() >= deadline) {
      violate(world, 'time', `invocation ${invocation.number} did not answer before its deadline`)
    } else if (clock.timersOf(invocation) > 0) {
      violate(world, 'time', `invocation ${invocation.number} left a timer behind`)
    }
    if (clock.now() >= invocation.cut) tally.timesUp += 1
    return ending
  }
}

/** The ids that an answer reports. */
export const reportedIn = (world: World, answer: unknown, sources: readonly Source[]): readonly Source[] => {
  const { batchItemFailures } = answer as { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] }
  const reported = batchItemFailures.map(({ itemIdentifier }) => sources.find(({ id }) => id === itemIdentifier))
  if (reported.includes(undefined)) violate(world, 'known ids', 'an id is reported that was not received')
  const known = reported.filter((one) => one !== undefined)
  if (new Set(known).size < known.length) violate(world, 'known ids', 'an id is reported twice')
  return known
}
