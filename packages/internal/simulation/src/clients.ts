import type { PutRecordsRequestEntry } from '@aws-sdk/client-kinesis'
import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs'
import { checkMaySend, checkTry, entryKey } from './invariants.ts'
import { happens, oneOf } from './random.ts'
import type { SendFault } from './scenario.ts'
import {
  addTo,
  current,
  garbling,
  type Invocation,
  type Kwargs,
  runOf,
  type SourceMessage,
  type Target,
  violate,
  type World,
} from './world.ts'

interface CallOptions {
  readonly abortSignal?: AbortSignal
}

/** The AWS clients: real commands, modelled answers. */
export interface Clients {
  readonly sqs: { readonly send: (command: object, options?: CallOptions) => Promise<unknown> }
  readonly kinesis: { readonly send: (command: object, options?: CallOptions) => Promise<unknown> }
}

/** What the queue that messages came from offers to those who received them. */
export interface SourceReceipts {
  /** Returns whether the receipt was still valid. */
  readonly remove: (receipt: string) => boolean
  readonly postpone: (receipt: string, seconds: number) => boolean
}

/** An error as the AWS SDK throws it. */
const awsError = (name: string, fault: 'client' | 'server' | undefined, isThrottled = false): Error =>
  Object.assign(new Error(`${name}, for the test`), {
    name,
    ...(fault && { $fault: fault }),
    ...(isThrottled && { $retryable: { throttling: true } }),
  })

/** Longer than any run. */
const forEver = 10_000_000
/** SQS remembers deduplication ids for five minutes; without a deadline an invocation may take longer than that. */
const windowOf = ({ timeout }: World['scenario']): number => (timeout === null ? forEver : 300_000)

/** The URL of a queue in one of two accounts. */
export const queueUrl = (name: string, account = 0): string => `https://sqs.model/${account}/${name}`

/** The trace header of a message: it travels on to all queues, so that the model knows where an entry came from. */
export const traceHeaderOf = (number: number): string => `Root=1-00000000-${String(number).padStart(24, '0')}`

/** One entry of a call, whichever service it goes to. */
interface WireEntry {
  readonly bytes: number
  readonly orderingKey: string | undefined
  readonly deduplicationId: string | undefined
  readonly body: string
  readonly traceHeader: string | undefined
}

type Answer = 'accepted' | 'failed' | 'refused' | 'silent'

export const createClients = (world: World, receipts: SourceReceipts | undefined): Clients => {
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

  /** The answer, unless the call is aborted before. */
  const abortable = async <T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
    if (signal === undefined) return answer
    answer.catch(() => undefined)
    const aborted = new Promise<never>((_, reject) => {
      const abort = () => reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }))
      if (signal.aborted) abort()
      else signal.addEventListener('abort', abort)
    })
    return Promise.race([answer, aborted])
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
  }

  /** Sends, as SQS and Kinesis do, and answers for each entry. */
  const send = async (
    target: Target,
    entries: readonly WireEntry[],
    signal: AbortSignal | undefined,
  ): Promise<Answer[]> => {
    const invocation = current.getStore()
    if (invocation === undefined) throw new Error('a call was made outside of an invocation')
    const isGarbled = garbling.getStore() === true
    if (invocation.hasEnded) violate(world, 'time', `a call to ${target.key} was made after the response`)
    const runs = entries.map((entry) => runOf(world, invocation, sourceOf(world, entry)))
    const keys = entries.map(({ body }) => entryKey(target, textOf(body)))
    for (const [index, run] of runs.entries()) {
      checkMaySend(world, invocation, run, target, entries[index]?.orderingKey)
      checkTry(world, run, keys[index] as string, target)
    }
    const refuse = (index: number): void => {
      const { orderingKey } = entries[index] as WireEntry
      runs[index]?.refused.set(keys[index] as string, { at: clock.now(), orderingKey })
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
    try {
      const sources = runs.map(({ source }) => source)
      const answers = await abortable(deliver(target, entries, sources, drawFault(invocation), signal), signal)
      for (const [index, run] of runs.entries()) {
        if (isGarbled) continue
        if (answers[index] === 'accepted') addTo(run.confirmed, keys[index] as string, 1)
        if (answers[index] === 'refused' && target.kind !== 'kinesis') refuse(index)
      }
      return answers
    } catch (error) {
      const { name } = Object(error) as Error
      const isPermanent = ['AccessDenied', 'QueueDoesNotExist'].includes(name)
      if (isPermanent || (clientFaults.includes(name) && entries.length === 1)) {
        for (const index of entries.keys()) refuse(index)
      }
      throw error
    } finally {
      countCall(-1)
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
    signal: AbortSignal | undefined,
  ): Promise<Answer[]> => {
    await clock.sleep(latency(target.kind === 'kinesis' ? 'kinesis' : 'sqs'))
    if (fault !== undefined) world.trace(`${target.key}: ${fault}`)
    const wait = fault === 'slow' ? 2000 : fault === 'never' ? forEver : 0
    const isLate = happens(random, 50) // after it was accepted, or before
    if (wait > 0 && !isLate) await clock.sleep(wait)
    if (signal?.aborted) throw awsError('AbortError', undefined)
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
    const isPoisoned = !target.isDeadLetter && sources.some(({ spec }) => spec.isPoison)
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

  const onSource = async (
    what: (receipt: string, index: number) => boolean,
    handles: readonly string[],
    signal: AbortSignal | undefined,
  ) => {
    if (current.getStore()?.hasEnded) violate(world, 'time', 'a call to the source was made after the response')
    if (handles.length > 10) violate(world, 'limits', `${handles.length} entries in a call to the source`)
    await clock.sleep(latency('sqs'))
    const fault = happens(random, faults.source) ? oneOf(random, ['thrown', 'slow', 'entries'] as const) : undefined
    if (fault === 'thrown') throw awsError('InternalError', 'server')
    if (fault === 'slow') await clock.sleep(5000)
    if (signal?.aborted) throw awsError('AbortError', undefined)
    const done = handles.map((handle, index) => (fault !== 'entries' || happens(random, 50)) && what(handle, index))
    return {
      Successful: handles.flatMap((_, index) => (done[index] ? [{ Id: String(index) }] : [])),
      Failed: handles.flatMap((_, index) => (done[index] ? [] : [{ Id: String(index), SenderFault: true }])),
    }
  }

  const findUrl = async (name: string): Promise<unknown> => {
    const key = queueUrl(name)
    const target = all.find((one) => one.key === key)
    try {
      await clock.sleep(latency('sqs'))
      if (target?.down === 'missing') throw awsError('QueueDoesNotExist', 'client')
      if (happens(random, target === undefined ? faults.source : faults.send)) {
        throw awsError('RequestThrottled', 'client', true)
      }
      return { QueueUrl: key }
    } catch (error) {
      current.getStore()?.unknownUrls.add(key)
      throw error
    }
  }

  const sqs = async (command: object, { abortSignal }: CallOptions = {}): Promise<unknown> => {
    const { input } = command as { readonly input: never }
    if (abortSignal?.aborted) throw awsError('AbortError', undefined)
    switch (command.constructor.name) {
      case 'GetQueueUrlCommand':
        return abortable(findUrl((input as { readonly QueueName: string }).QueueName), abortSignal)
      case 'SendMessageBatchCommand': {
        const { QueueUrl, Entries } = input as SendInput
        const target = targetOf(QueueUrl)
        checkEntries(world, target, Entries)
        const answers = await send(target, Entries.map(fromSqs), abortSignal)
        return {
          Successful: Entries.flatMap(({ Id }, index) => (answers[index] === 'accepted' ? [{ Id }] : [])),
          Failed: Entries.flatMap(({ Id }, index) => {
            const answer = answers[index]
            if (answer !== 'failed' && answer !== 'refused') return []
            return [{ Id, Code: 'ForTheTest', SenderFault: answer === 'refused' }]
          }),
        }
      }
      case 'DeleteMessageBatchCommand': {
        const { Entries } = input as { readonly Entries: readonly { readonly ReceiptHandle: string }[] }
        const handles = Entries.map(({ ReceiptHandle }) => ReceiptHandle)
        return abortable(
          onSource((handle) => receipts?.remove(handle) ?? false, handles, abortSignal),
          abortSignal,
        )
      }
      case 'ChangeMessageVisibilityBatchCommand': {
        const { Entries } = input as {
          readonly Entries: readonly { readonly ReceiptHandle: string; readonly VisibilityTimeout: number }[]
        }
        const handles = Entries.map(({ ReceiptHandle }) => ReceiptHandle)
        const postpone = (handle: string, index: number): boolean =>
          receipts?.postpone(handle, Entries[index]?.VisibilityTimeout ?? 0) ?? false
        return abortable(onSource(postpone, handles, abortSignal), abortSignal)
      }
      default:
        throw new Error(`the model has no ${command.constructor.name}`)
    }
  }

  const kinesis = async (command: object, { abortSignal }: CallOptions = {}): Promise<unknown> => {
    const { StreamName, Records } = (command as { readonly input: PutInput }).input
    if (abortSignal?.aborted) throw awsError('AbortError', undefined)
    if (Records.length === 0) return { Records: [] }
    const answers = await send(targetOf(StreamName), Records.map(fromKinesis), abortSignal)
    const results = answers.map((answer) => {
      if (answer === 'accepted') return { SequenceNumber: '1' }
      return answer === 'silent' ? {} : { ErrorCode: 'InternalFailure' }
    })
    const isCut = results.at(-1)?.SequenceNumber === undefined && happens(random, 30)
    return { Records: isCut ? results.slice(0, -1) : results }
  }

  return { sqs: { send: sqs }, kinesis: { send: kinesis } }
}

/** Errors of a whole call that may be the fault of one entry. */
const clientFaults = ['BatchRequestTooLong', 'InvalidMessageContents', 'InvalidParameterValue']

/** What a client should not throw. */
const oddValues: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => 'a string',
  () => Object.assign(new Error('odd'), { name: 5 }),
  () => Object.assign(new Error(), { message: { toString: null } }),
  () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  },
]

interface SendInput {
  readonly QueueUrl: string
  readonly Entries: readonly SendMessageBatchRequestEntry[]
}

interface PutInput {
  readonly StreamName: string
  readonly Records: readonly PutRecordsRequestEntry[]
}

/** What SQS itself would refuse. */
const checkEntries = (world: World, target: Target, entries: SendInput['Entries']): void => {
  const ids = new Set(entries.map(({ Id }) => Id))
  if (ids.size !== entries.length || entries.length === 0) violate(world, 'limits', 'the ids of a call are not unique')
  for (const { MessageGroupId, MessageDeduplicationId = '' } of entries) {
    const isValid = MessageGroupId !== undefined && /^[!-~]{1,128}$/.test(MessageDeduplicationId)
    if (target.kind === 'fifo' && !isValid) violate(world, 'limits', 'an entry without its group or deduplication id')
  }
}

const fromSqs = (entry: SendMessageBatchRequestEntry): WireEntry => {
  const { MessageBody = '', MessageAttributes = {}, MessageSystemAttributes = {} } = entry
  const { MessageGroupId, MessageDeduplicationId } = entry
  const attributes = Object.entries(MessageAttributes).map(([name, one]) => `${name}${one.DataType}${one.StringValue}`)
  return {
    bytes: Buffer.byteLength(MessageBody + attributes.join('')),
    orderingKey: MessageDeduplicationId === undefined ? undefined : MessageGroupId,
    deduplicationId: MessageDeduplicationId,
    body: MessageBody,
    traceHeader: MessageSystemAttributes.AWSTraceHeader?.StringValue,
  }
}

const fromKinesis = ({ Data = new Uint8Array(), PartitionKey = '' }: PutRecordsRequestEntry): WireEntry => ({
  bytes: Data.byteLength + Buffer.byteLength(PartitionKey),
  orderingKey: PartitionKey,
  deduplicationId: undefined,
  body: Buffer.from(Data).toString(),
  traceHeader: undefined,
})

/** What an entry holds: kwargs, with or without a path; or a dead letter. */
interface EntryBody {
  readonly number?: number
  readonly kwargs?: Kwargs
  readonly record?: unknown
}

const sourceOf = (world: World, { body, traceHeader }: WireEntry): SourceMessage => {
  const parsed = JSON.parse(body) as EntryBody
  const source =
    world.sources.find(({ number }) => traceHeader === traceHeaderOf(number)) ??
    (Object.hasOwn(parsed, 'record')
      ? world.sources.find(({ text }) => text === bodyTextOf(parsed.record))
      : world.sources[(parsed.kwargs ?? (parsed as Kwargs)).number ?? -1])
  if (source !== undefined) return source
  violate(world, 'known ids', `no message is the source of ${body}`)
  throw new Error('for the test')
}

/** The body of the record in a dead letter. */
const bodyTextOf = (record: unknown): string => {
  if (typeof record === 'string') return record
  const { body, kinesis } = record as { readonly body?: string; readonly kinesis?: { readonly data: string } }
  if (kinesis !== undefined) return Buffer.from(kinesis.data, 'base64').toString()
  return body ?? JSON.stringify(record)
}

/** What is sent, without what travels along. */
const textOf = (body: string): string => {
  const parsed = JSON.parse(body) as EntryBody
  return Object.hasOwn(parsed, 'record') ? 'dead letter' : JSON.stringify(parsed.kwargs ?? parsed)
}

/** The message group of a FIFO queue: its own setting, otherwise the source's group, its path, its name. */
const messageGroupOf = ({ scenario }: World, { computed, path, name }: Target, source: SourceMessage): string => {
  if (computed) return `key${source.kwargs.group}`
  const ofSource = scenario.source === 'standard' ? 'tenant' : scenario.source === 'fifo' ? source.group : undefined
  return ofSource ?? path ?? name
}
