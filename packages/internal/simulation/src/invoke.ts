import type { Context } from 'aws-lambda'
import { checkBurst } from './burst.ts'
import { hasBurst } from './scenario.ts'
import { current, type Invocation, type SourceRecord, violate, type World } from './world.ts'

/** How an invocation ended. */
export type InvocationResult = { readonly invocation: Invocation } & (
  | { readonly answer: unknown; readonly threw: false }
  | { readonly error: unknown; readonly threw: true }
)

/** Calls the handler under test as Lambda does. */
export type Invoke = (event: unknown, records: readonly SourceRecord[], requestId?: string) => Promise<InvocationResult>

export type Handler = (event: never, context: never) => Promise<unknown>

/** The margins before the deadline, as the design says: see `deadline.ts` of the core. */
const marginsOf = ({ scenario: { timeout, options } }: World): { readonly reserve: number; readonly flush: number } => {
  const total = timeout ?? Number.POSITIVE_INFINITY
  const reserve = Math.min(options.reserveMillis ?? Math.min(1000, total / 5), total / 2)
  const response = Math.min(Math.max(50, reserve / 8), reserve / 2)
  return { reserve, flush: Math.max(response, reserve / 4) }
}

export const createInvoke = (world: World, handlerOf: (invocation: Invocation) => Handler): Invoke => {
  const { scenario, clock, invocations, stats } = world
  const { timeout, deployAt } = scenario

  return async (event, records, requestId = `request-${invocations.length}`) => {
    const sources = records.flatMap(({ messages }) => messages)
    const deadline = timeout === null ? Number.POSITIVE_INFINITY : clock.now() + timeout
    const { reserve, flush } = marginsOf(world)
    const context = {
      awsRequestId: requestId,
      functionName: records[0]?.shard.functionName,
      ...(timeout !== null && { getRemainingTimeInMillis: () => Math.max(0, deadline - clock.now()) }),
    } as Context
    const number = invocations.length
    const invocation: Invocation = {
      number,
      records,
      sources,
      context,
      isDeployed: deployAt !== null && number >= deployAt,
      deadline,
      cut: deadline - reserve,
      flushEnd: deadline - flush,
      runs: new Map(),
      calls: new Map(),
      unknownUrls: new Set(),
      calledTargets: new Set(),
      openCircuits: new Set(),
      captures: 0,
      lastEndAt: clock.now(),
      postponed: new Map(),
      removed: new Set(),
      metrics: undefined,
      hasInterference: false,
      hasEnded: false,
    }
    invocations.push(invocation)
    stats.invocations += 1
    stats.attempts += sources.length
    if (world.signatures !== undefined) stats.signed += sources.length
    stats.invalid += sources.filter(({ isInvalid }) => isInvalid).length
    stats.sharedRecords += sources.length - records.length

    world.trace(`invocation ${number} with messages ${sources.map((source) => source.number).join(' ')}`)
    const processorTime = process.cpuUsage()
    const handler = handlerOf(invocation)
    const run = current.run(invocation, async (): Promise<InvocationResult> => {
      try {
        return { invocation, answer: await handler(event as never, context as never), threw: false }
      } catch (error) {
        return { invocation, error, threw: true }
      }
    })
    const killed = async (): Promise<InvocationResult> => {
      await clock.sleep(timeout ?? 0)
      return { invocation, error: new Error('Task timed out'), threw: true }
    }
    const result = await (timeout === null ? run : Promise.race([run, killed()]))
    invocation.hasEnded = true
    if (hasBurst(scenario)) checkBurst(world, processorTime)
    world.trace(`invocation ${number}: ${result.threw ? result.error : JSON.stringify(result.answer)}`)
    if (clock.now() >= deadline) {
      violate(world, 'time', `invocation ${number} did not respond before its deadline`)
    } else if (clock.timersOf(invocation) > 0 && !invocation.hasInterference) {
      violate(world, 'time', `invocation ${number} left a timer behind`)
    }
    if (clock.now() >= invocation.cut) stats.timesUp += 1
    checkPromptness(world, invocation)
    return result
  }
}

/** The longest time that the engine may wait for nothing but itself: a backoff, and a capture that hangs. */
const patienceMillis = 10_000

/** The response does not wait when nothing runs any more. */
const checkPromptness = (world: World, invocation: Invocation): void => {
  const { number, runs, calls, lastEndAt, hasInterference } = invocation
  const isRunning =
    [...runs.values()].some(({ running }) => running > 0) || [...calls.values()].some((count) => count > 0)
  const waited = world.clock.now() - lastEndAt
  if (isRunning || hasInterference || waited <= patienceMillis) return
  violate(world, 'time', `invocation ${number} waited for ${waited} ms with nothing to do`)
}

/** Returns the records that an answer reports. Lambda takes an answer without a list for success. */
export const reportedIn = (world: World, invocation: Invocation, answer: unknown): readonly SourceRecord[] => {
  const { batchItemFailures } = Object(answer) as {
    readonly batchItemFailures?: readonly { readonly itemIdentifier: unknown }[]
  }
  if (batchItemFailures === undefined) {
    if (!invocation.hasInterference) violate(world, 'known ids', 'the answer has no list of failures')
    return []
  }
  // An identifier is a string, or for Kafka an object.
  const byIdentifier = new Map(invocation.records.map((record) => [JSON.stringify(record.identifier), record]))
  const reported = batchItemFailures.map(({ itemIdentifier }) => byIdentifier.get(JSON.stringify(itemIdentifier)))
  if (reported.includes(undefined)) violate(world, 'known ids', 'an id is reported that was not received')
  const known = reported.filter((one) => one !== undefined)
  if (new Set(known).size < known.length) violate(world, 'known ids', 'an id is reported twice')
  return known
}
