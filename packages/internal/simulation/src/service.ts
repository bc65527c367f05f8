import { awsError, clientFaults, codeOf, oddValues, permanentFaults } from './aws-errors.ts'
import { beginCall, endCall, isDown, isProtected } from './breakers.ts'
import { checkBehind, checkMaySend, checkTry } from './checks/sends.ts'
import { checkFilled, checkLinger } from './checks/waiting.ts'
import { entryKey } from './expected-run.ts'
import { happens, oneOf } from './random.ts'
import type { SendFault } from './scenario.ts'
import { checkLineage, sourceOf, textOf, type WireEntry } from './wire-entries.ts'
import {
  addTo,
  current,
  garbling,
  type Invocation,
  type MessageRun,
  runOf,
  type SourceMessage,
  type Target,
  violate,
  type World,
} from './world.ts'

/** What a service says of an entry. */
export type Answer = 'accepted' | 'failed' | 'refused' | 'silent'

/** The services that are sent to. */
export interface Service {
  /** @throws Error for a queue that does not exist */
  readonly targetOf: (key: string) => Target
  /** Returns the milliseconds until a client is answered. */
  readonly latency: (client: string) => number
  /** Takes the entries of a call, and answers for each. */
  readonly send: (
    target: Target,
    entries: readonly WireEntry[],
    signal: AbortSignal | undefined,
  ) => Promise<readonly Answer[]>
}

/** Longer than any run. */
const forEver = 10_000_000
/** SQS remembers deduplication ids for five minutes; without a deadline an invocation may take longer than that. */
const windowOf = ({ timeout }: World['scenario']): number => (timeout === null ? forEver : 300_000)

export const createService = (world: World): Service => {
  const { scenario, clock, random, stats } = world
  const { faults, options } = scenario
  const all = [...new Set([...world.targets, world.deadLetters])]
  /** The clients that have made their first call. */
  const connected = new Set<string>()

  const targetOf = (key: string): Target => {
    const target = all.find((one) => one.key === key)
    if (target === undefined) throw new Error(`no queue is called ${key}`)
    return target
  }

  const latency = (client: string): number => {
    const cold = connected.has(client) ? 0 : faults.coldMillis
    connected.add(client)
    return cold + (faults.latency === 0 ? 0 : Math.ceil(random() * faults.latency))
  }

  const drawFault = (invocation: Invocation): SendFault | undefined => {
    if (!happens(random, faults.send)) return undefined
    const fault = oneOf(random, faults.kinds)
    stats.sendFaults += 1
    // Without a deadline nothing ends a call that is never answered.
    return fault === 'never' && invocation.deadline === Number.POSITIVE_INFINITY ? 'slow' : fault
  }

  const arrive = (target: Target, { orderingKey, deduplicationId, body }: WireEntry, source: SourceMessage): void => {
    const text = textOf(body)
    if (target.kind === 'fifo' && orderingKey !== messageGroupOf(world, target, source)) {
      violate(world, 'order', `message ${source.number} is sent to group ${orderingKey} of ${target.key}`)
    }
    if (target.kind === 'fifo' && deduplicationId !== undefined) {
      const before = target.accepted.get(deduplicationId)
      if (before !== undefined && clock.now() - before < windowOf(scenario)) {
        stats.deduplicated += 1
        world.trace(`${target.key}: message ${source.number} was there already: ${deduplicationId}`)
        return
      }
      target.accepted.set(deduplicationId, clock.now())
      if (before !== undefined) {
        world.trace(`${target.key}: message ${source.number} arrived again, SQS had forgotten ${deduplicationId}`)
        return
      }
    }
    stats.arrivals += 1
    world.trace(`${target.key}: message ${source.number} arrived in ${orderingKey}: ${text}`)
    world.arrivals.push({ target: target.key, orderingKey, source, text })
    if (target.isDeadLetter) world.letters.push(body)
  }

  const send: Service['send'] = async (target, entries, signal) => {
    const invocation = current.getStore()
    if (invocation === undefined) throw new Error('a call was made outside of an invocation')
    const isGarbled = garbling.getStore() === true
    if (invocation.hasEnded) violate(world, 'time', `a call to ${target.key} was made after the response`)
    const runs = entries.map((entry) => runOf(world, invocation, sourceOf(world, entry)))
    const keys = entries.map(({ body }) => entryKey(target, textOf(body)))
    const isFirstTry = runs.every(({ tries }, index) => !tries.has(keys[index] as string))
    for (const [index, run] of runs.entries()) {
      checkMaySend(world, run, target, entries[index]?.orderingKey)
      checkBehind(world, run, target, entries[index]?.orderingKey)
      checkLinger(world, run, target)
      checkTry(world, run, keys[index] as string, target)
      if (target.kind !== 'kinesis') checkLineage(world, invocation, entries[index] as WireEntry, target)
    }
    if (isFirstTry) checkFilled(world, invocation, target, keys)
    const refuse = (index: number, isOfEntry: boolean): void => {
      const { orderingKey } = entries[index] as WireEntry
      const { refused, source } = runs[index] as MessageRun
      const key = keys[index] as string
      const { ofEntry = 0, ofQueue = 0 } = refused.get(key) ?? {}
      const counts = isOfEntry ? { ofEntry: ofEntry + 1, ofQueue } : { ofEntry, ofQueue: ofQueue + 1 }
      refused.set(key, { at: clock.now(), orderingKey, ...counts })
      if (isOfEntry && !target.isDeadLetter && options.deadLetter !== 'none') world.droppedLate.add(source)
    }
    checkLimits(target, entries)
    world.trace(`${target.key}: a call with messages ${runs.map(({ source }) => source.number).join(' ')}`)

    const { calls } = invocation
    const orderingKeys = [...new Set(entries.map(({ orderingKey }) => orderingKey))].filter((key) => key !== undefined)
    const countCall = (by: 1 | -1): void => {
      const limit = options.delivery.maxCalls * (target.kind === 'standard' ? target.aliases : 1)
      const count = addTo(calls, target.key, by)
      if (count > limit) violate(world, 'limits', `${count} calls to ${target.key} at once, and ${limit} may be`)
      for (const key of orderingKeys) {
        if (addTo(calls, `${target.key} ${key}`, by) > 1) violate(world, 'order', `two calls at once with ${key}`)
      }
    }
    countCall(1)
    // A call to a queue by its name began with the question for its URL.
    const isTrial = !target.isNamed && isProtected(world, target) && beginCall(world, target.key, target.circuit)
    target.circuit.calledAt = clock.now()
    invocation.calledTargets.add(target.key)
    try {
      const sources = runs.map(({ source }) => source)
      const fault = drawFault(invocation)
      // Whether the one entry of a trial or the rest of its call is to blame cannot be seen, nor what is a trial if the URL is asked for.
      const mayBeTrial = isTrial || (target.isNamed && isProtected(world, target))
      const drawn = mayBeTrial && fault === 'invalid' ? undefined : fault
      const isPoisoned = !mayBeTrial && !target.isDeadLetter && sources.some(({ spec }) => spec.isPoison)
      const answers = await abortable(deliver(target, entries, sources, drawn, isPoisoned, signal), signal)
      const isKinesis = target.kind === 'kinesis'
      const isDownNow = !answers.includes('accepted') && answers.some((answer) => isKinesis || answer !== 'refused')
      endCall(world, target.circuit, isTrial, isGarbled || isDownNow)
      for (const [index, run] of runs.entries()) {
        if (isGarbled) continue
        if (answers[index] === 'accepted') addTo(run.confirmed, keys[index] as string, 1)
        // An answer that blames the sender may mean the queue, unless the call accepted other entries: then the message comes back. A
        // dead letter is made smaller.
        const isOfEntry = target.isDeadLetter || answers.includes('accepted')
        if (answers[index] === 'refused' && target.kind !== 'kinesis') refuse(index, isOfEntry)
      }
      return answers
    } catch (error) {
      const name = codeOf(error)
      endCall(world, target.circuit, isTrial, !clientFaults.includes(name))
      const isOfEntry = clientFaults.includes(name) && entries.length === 1
      if (isOfEntry || permanentFaults.includes(name)) for (const index of entries.keys()) refuse(index, isOfEntry)
      throw error
    } finally {
      countCall(-1)
      invocation.lastEndAt = clock.now()
    }
  }

  const checkLimits = (target: Target, entries: readonly WireEntry[]): void => {
    const { maxEntries, maxBytes } = target.isDeadLetter ? { maxEntries: 10, maxBytes: 1024 * 1024 } : options
    const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
    if (entries.length > maxEntries) violate(world, 'limits', `${entries.length} entries in a call`)
    if (bytes > maxBytes) violate(world, 'limits', `${bytes} bytes in a call`)
    if (!target.strictOrder) return
    const keys = entries.map(({ orderingKey }) => orderingKey)
    if (new Set(keys).size < keys.length) violate(world, 'limits', `two entries of a group in a call to ${target.key}`)
  }

  const deliver = async (
    target: Target,
    entries: readonly WireEntry[],
    sources: readonly SourceMessage[],
    fault: SendFault | undefined,
    isPoisoned: boolean,
    signal: AbortSignal | undefined,
  ): Promise<Answer[]> => {
    await clock.sleep(latency(target.kind === 'kinesis' ? 'kinesis' : 'sqs'))
    if (fault !== undefined) world.trace(`${target.key}: ${fault}`)
    const wait = fault === 'slow' ? 2000 : fault === 'never' ? forEver : 0
    const isLate = happens(random, 50) // after it was accepted, or before
    if (wait > 0 && !isLate) await clock.sleep(wait)
    if (signal?.aborted) throw awsError('AbortError', undefined)
    if (target.down === 'outage' && isDown(world)) {
      stats.callsWhileDown += 1
      throw awsError('ServiceUnavailable', 'server')
    }
    if (target.down === 'throttled') throw awsError('RequestThrottled', 'client', true)
    if (target.down === 'missing') throw awsError('QueueDoesNotExist', 'client')
    if (fault === 'refused') throw awsError('TimeoutError', undefined)
    if (fault === 'throttled') throw awsError('RequestThrottled', 'client', true)
    if (fault === 'denied') throw awsError('AccessDenied', 'client')
    if (fault === 'invalid') throw awsError('InvalidParameterValue', 'client')
    if (fault === 'odd') throw oneOf(random, oddValues)()
    const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
    if (target.ownLimit !== null && bytes > target.ownLimit) {
      stats.split += 1
      throw awsError('BatchRequestTooLong', 'client')
    }
    if (isPoisoned) throw awsError('InvalidMessageContents', 'client')
    const answers = entries.map((entry, index): Answer => {
      if (fault === 'entries' && happens(random, 40)) return happens(random, 20) ? 'refused' : 'failed'
      const isSilent = fault === 'silent' && happens(random, 40)
      if (isSilent && happens(random, 50)) return 'silent'
      arrive(target, entry, sources[index] as SourceMessage)
      return isSilent ? 'silent' : 'accepted'
    })
    if (answers.some((answer) => answer !== 'accepted')) world.unordered.add(target)
    if (wait > 0 && isLate) await clock.sleep(wait)
    if (fault === 'cut') throw awsError('ECONNRESET', undefined)
    return answers
  }

  return { targetOf, latency, send }
}

/** Returns the answer, unless the call is aborted before. */
export const abortable = async <T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (signal === undefined) return answer
  answer.catch(() => undefined)
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }))
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort)
  })
  return Promise.race([answer, aborted])
}

/** The message group of a FIFO queue: its own setting, otherwise the source's group, its path, its name. */
const messageGroupOf = ({ scenario }: World, { computed, path, name }: Target, source: SourceMessage): string => {
  if (computed) return `key${source.kwargs.group}`
  const { group, shard } = source.record
  const ofSource = {
    standard: 'tenant',
    fifo: group,
    kafka: `${shard.stream}-${shard.shard}`,
    kinesis: undefined,
    dynamodb: undefined,
    raw: undefined,
  }
  return ofSource[scenario.source] ?? path ?? name
}
