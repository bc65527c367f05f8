import type { PutRecordsRequestEntry } from '@aws-sdk/client-kinesis'
import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs'
import { allOf, courseOf, type Kwargs } from './graph.ts'
import { type Arrival, current, type Invocation, plus, type Source, violate, type World, walkOf } from './ledger.ts'
import { happens, oneOf } from './random.ts'
import type { SendFault } from './scenario.ts'

/** The queues and streams that a run sends to, and the AWS clients that reach them: real commands, modelled answers. */
export interface Services {
  readonly sqs: { readonly send: (command: object, options?: CallOptions) => Promise<unknown> }
  readonly kinesis: { readonly send: (command: object, options?: CallOptions) => Promise<unknown> }
}

/** What a queue offers to those who received messages from it. */
export interface Inbox {
  /** @returns whether the receipt was still good */
  readonly remove: (receipt: string) => boolean
  readonly postpone: (receipt: string, seconds: number) => boolean
}

interface CallOptions {
  readonly abortSignal?: AbortSignal
}

/** A queue or stream that is sent to. */
export interface Place {
  readonly name: string
  readonly kind: 'standard' | 'fifo' | 'kinesis'
  readonly strictOrder: boolean
  /** whether its group or key is computed from the kwargs */
  readonly computed: boolean
  readonly ownLimit: number | null
  readonly byName: boolean
  /** the path of its payloads, if it has one */
  readonly path: string | undefined
  /** when each deduplication id was accepted, and with what */
  readonly seen: Map<string, { readonly at: number; readonly text: string }>
}

/** What the AWS SDK throws. */
const awsError = (name: string, fault: 'client' | 'server' | undefined, throttled = false): Error =>
  Object.assign(new Error(`${name}, for the test`), {
    name,
    ...(fault && { $fault: fault }),
    ...(throttled && { $retryable: { throttling: true } }),
  })

/** Longer than any run. */
const forEver = 10_000_000
/** SQS remembers deduplication ids for five minutes; without a deadline an invocation may take longer than that. */
const windowOf = ({ timeout }: World['scenario']): number => (timeout === null ? forEver : 300_000)
const urlOf = (name: string): string => `https://sqs.model/0/${name}`
const nameOf = (url: string | undefined): string => (url ?? '').split('/').at(-1) ?? ''

/** One thing of a call, whichever service it goes to. */
interface Item {
  readonly bytes: number
  readonly lane: string | undefined
  readonly deduplicationId: string | undefined
  readonly body: string
}

export const makeServices = (world: World, places: readonly Place[], inbox: Inbox | undefined): Services => {
  const { scenario, clock, random, tally } = world
  const { faults, options } = scenario

  const placeOf = (name: string): Place => {
    const place = places.find((one) => one.name === name)
    if (place === undefined) throw new Error(`no queue is called ${name}`)
    return place
  }

  const placeNames = new Set(places.map(({ name }) => name))

  const latency = (): number => (faults.latency === 0 ? 0 : Math.ceil(random() * faults.latency))

  const heard = async <T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
    if (signal === undefined) return answer
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
    tally.sendFaults += 1
    // Nothing ends a call that is never answered if nobody knows how much time there is.
    return fault === 'never' && invocation.deadline === Number.POSITIVE_INFINITY ? 'slow' : fault
  }

  const arrive = (place: Place, { lane, deduplicationId, body }: Item, source: Source): void => {
    if (place.kind === 'fifo' && lane !== groupOf(world, place, source)) {
      violate(world, 'order', `message ${source.number} is sent to group ${lane} of ${place.name}`)
    }
    if (place.kind === 'fifo' && deduplicationId !== undefined) {
      const before = place.seen.get(deduplicationId)
      if (before !== undefined && clock.now() - before.at < windowOf(scenario)) {
        tally.deduplicated += 1
        world.trace(`${place.name}: message ${source.number} was there already: ${deduplicationId}`)
        return
      }
      place.seen.set(deduplicationId, { at: clock.now(), text: textOf(body) })
      if (before?.text === textOf(body)) {
        world.trace(`${place.name}: message ${source.number} arrived again, for SQS had forgotten ${deduplicationId}`)
        return
      }
    }
    tally.arrivals += 1
    world.trace(`${place.name}: message ${source.number} arrived in ${lane}: ${textOf(body)}`)
    world.arrivals.push({
      target: place.name,
      lane,
      source,
      text: textOf(body),
    } satisfies Arrival)
  }

  /** Sends, as SQS and Kinesis do, and answers for each item: undefined, a code, or nothing at all. */
  const send = async (place: Place, items: readonly Item[], signal: AbortSignal | undefined): Promise<Answer[]> => {
    const invocation = current.getStore()
    if (invocation === undefined) throw new Error('a call left for nobody')
    if (invocation.answered) violate(world, 'time', `a call to ${place.name} left after the answer`)
    const sources = items.map((item) => sourceOf(world, item.body))
    for (const source of sources) checkMaySend(world, invocation, source, place)
    const keys = items.map(({ body }) => `${place.name} ${textOf(body)}`)
    const refuse = (index: number) =>
      walkOf(invocation, sources[index] as Source).refused.set(keys[index] as string, clock.now())
    for (const [index, source] of sources.entries()) checkTry(world, invocation, source, keys[index] as string)

    const bytes = items.reduce((sum, item) => sum + item.bytes, 0)
    if (items.length > options.maxEntries) violate(world, 'limits', `${items.length} entries in a call`)
    if (bytes > options.maxBytes) violate(world, 'limits', `${bytes} bytes in a call`)
    const calls = plus(invocation.calls, place.name, 1)
    const most = place.kind === 'standard' ? options.maxCalls : 1
    if (calls > most) violate(world, 'limits', `${calls} calls to ${place.name} at once, and ${most} may be`)

    world.trace(`${place.name}: a call with messages ${sources.map(({ number }) => number).join(' ')}`)

    const land = () => plus(invocation.calls, place.name, -1)
    try {
      const answers = await heard(deliver(place, items, sources, bytes, drawFault(invocation), signal), signal)
      for (const [index, source] of sources.entries()) {
        if (answers[index] === 'accepted') plus(walkOf(invocation, source).heard, keys[index] as string, 1)
        if (answers[index] === 'refused' && place.kind !== 'kinesis') refuse(index)
      }
      return answers
    } catch (error) {
      const { name } = error as Error
      if (name === 'AccessDenied' || (name === 'BatchRequestTooLong' && items.length === 1)) {
        for (const index of items.keys()) refuse(index)
      }
      throw error
    } finally {
      land()
    }
  }

  const deliver = async (
    place: Place,
    items: readonly Item[],
    sources: readonly Source[],
    bytes: number,
    fault: SendFault | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Answer[]> => {
    await clock.sleep(latency())
    if (fault !== undefined) world.trace(`${place.name}: ${fault}`)
    const wait = fault === 'slow' ? 2000 : fault === 'never' ? forEver : 0
    const late = happens(random, 50) // after it was accepted, or before
    if (wait > 0 && !late) await clock.sleep(wait)
    if (signal?.aborted) throw awsError('AbortError', undefined)
    if (fault === 'refused') throw awsError('TimeoutError', undefined)
    if (fault === 'throttled') throw awsError('RequestThrottled', 'client', true)
    if (fault === 'denied') throw awsError('AccessDenied', 'client')
    if (place.ownLimit !== null && bytes > place.ownLimit) {
      tally.split += 1
      throw awsError('BatchRequestTooLong', 'client')
    }
    const answers = items.map((item, index): Answer => {
      if (fault === 'entries' && happens(random, 40)) return happens(random, 20) ? 'refused' : 'failed'
      const silent = fault === 'silent' && happens(random, 40)
      if (silent && happens(random, 50)) return 'silent'
      arrive(place, item, sources[index] as Source)
      return silent ? 'silent' : 'accepted'
    })
    if (answers.some((answer) => answer !== 'accepted')) world.unordered.add(place.name)
    if (wait > 0 && late) await clock.sleep(wait)
    if (fault === 'cut') throw awsError('ECONNRESET', undefined)
    return answers
  }

  const onSource = async (
    what: (receipt: string, index: number) => boolean,
    receipts: readonly string[],
    signal: AbortSignal | undefined,
  ) => {
    const invocation = current.getStore()
    if (invocation?.answered) violate(world, 'time', 'a call to the source left after the answer')
    if (receipts.length > 10) violate(world, 'limits', `${receipts.length} entries in a call to the source`)
    await clock.sleep(latency())
    const fault = happens(random, faults.source) ? oneOf(random, ['thrown', 'slow', 'entries'] as const) : undefined
    if (fault === 'thrown') throw awsError('InternalError', 'server')
    if (fault === 'slow') await clock.sleep(5000)
    if (signal?.aborted) throw awsError('AbortError', undefined)
    const done = receipts.map((receipt, index) => (fault !== 'entries' || happens(random, 50)) && what(receipt, index))
    return {
      Successful: receipts.flatMap((_, index) => (done[index] ? [{ Id: String(index) }] : [])),
      Failed: receipts.flatMap((_, index) => (done[index] ? [] : [{ Id: String(index), SenderFault: true }])),
    }
  }

  const sqs = async (command: object, { abortSignal }: CallOptions = {}): Promise<unknown> => {
    const { input } = command as { readonly input: never }
    if (abortSignal?.aborted) throw awsError('AbortError', undefined)
    switch (command.constructor.name) {
      case 'GetQueueUrlCommand': {
        const { QueueName } = input as { readonly QueueName: string }
        await clock.sleep(latency())
        const often = placeNames.has(QueueName) ? faults.send : faults.source
        if (happens(random, often)) throw awsError('RequestThrottled', 'client', true)
        return { QueueUrl: urlOf(QueueName) }
      }
      case 'SendMessageBatchCommand': {
        const { QueueUrl, Entries } = input as SendInput
        const place = placeOf(nameOf(QueueUrl))
        checkEntries(world, place, Entries)
        const answers = await send(place, Entries.map(itemOfSqs), abortSignal)
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
        const receipts = Entries.map(({ ReceiptHandle }) => ReceiptHandle)
        return heard(
          onSource((receipt) => inbox?.remove(receipt) ?? false, receipts, abortSignal),
          abortSignal,
        )
      }
      case 'ChangeMessageVisibilityBatchCommand': {
        const { Entries } = input as {
          readonly Entries: readonly { readonly ReceiptHandle: string; readonly VisibilityTimeout: number }[]
        }
        const receipts = Entries.map(({ ReceiptHandle }) => ReceiptHandle)
        return heard(
          onSource(
            (receipt, index) => inbox?.postpone(receipt, Entries[index]?.VisibilityTimeout ?? 0) ?? false,
            receipts,
            abortSignal,
          ),
          abortSignal,
        )
      }
      default:
        throw new Error(`the model has no ${command.constructor.name}`)
    }
  }

  const kinesis = async (command: object, { abortSignal }: CallOptions = {}): Promise<unknown> => {
    const { StreamName, Records } = (command as { readonly input: PutInput }).input
    if (abortSignal?.aborted) throw awsError('AbortError', undefined)
    if (Records.length === 0) return { Records: [] }
    const answers = await send(placeOf(StreamName), Records.map(itemOfKinesis), abortSignal)
    const told = answers.map((answer) => {
      if (answer === 'accepted') return { SequenceNumber: '1' }
      return answer === 'silent' ? {} : { ErrorCode: 'InternalFailure' }
    })
    return { Records: told.at(-1)?.SequenceNumber === undefined && happens(random, 30) ? told.slice(0, -1) : told }
  }

  return { sqs: { send: sqs }, kinesis: { send: kinesis } }
}

type Answer = 'accepted' | 'failed' | 'refused' | 'silent'

interface SendInput {
  readonly QueueUrl: string
  readonly Entries: readonly SendMessageBatchRequestEntry[]
}

interface PutInput {
  readonly StreamName: string
  readonly Records: readonly PutRecordsRequestEntry[]
}

/** What SQS itself would refuse. */
const checkEntries = (world: World, place: Place, entries: SendInput['Entries']): void => {
  const ids = new Set(entries.map(({ Id }) => Id))
  if (ids.size !== entries.length || entries.length === 0) violate(world, 'limits', 'ids of a call are not its own')
  for (const { MessageGroupId, MessageDeduplicationId = '' } of entries) {
    const fine = MessageGroupId !== undefined && /^[!-~]{1,128}$/.test(MessageDeduplicationId)
    if (place.kind === 'fifo' && !fine) violate(world, 'limits', 'an entry without its group or deduplication id')
  }
}

const itemOfSqs = (entry: SendMessageBatchRequestEntry): Item => {
  const { MessageBody = '', MessageAttributes = {}, MessageGroupId, MessageDeduplicationId } = entry
  const attributes = Object.entries(MessageAttributes).map(([name, one]) => `${name}${one.DataType}${one.StringValue}`)
  return {
    bytes: Buffer.byteLength(MessageBody + attributes.join('')),
    lane: MessageDeduplicationId === undefined ? undefined : MessageGroupId,
    deduplicationId: MessageDeduplicationId,
    body: MessageBody,
  }
}

const itemOfKinesis = ({ Data = new Uint8Array(), PartitionKey = '' }: PutRecordsRequestEntry): Item => ({
  bytes: Data.byteLength + Buffer.byteLength(PartitionKey),
  lane: PartitionKey,
  deduplicationId: undefined,
  body: Buffer.from(Data).toString(),
})

interface Letter {
  readonly number?: number
  readonly kwargs?: Kwargs
  readonly record?: unknown
  readonly source?: { readonly id: string | null }
}

const sourceOf = (world: World, body: string): Source => {
  const letter = JSON.parse(body) as Letter
  const number =
    letter.record === undefined
      ? (letter.kwargs ?? (letter as Kwargs)).number
      : world.sources.findIndex(({ id, body: original }) =>
          letter.source?.id === null
            ? JSON.stringify(original) === JSON.stringify(numbered(letter.record))
            : id === letter.source?.id,
        )
  const source = world.sources[number]
  if (source === undefined) throw new Error(`nobody knows where this comes from: ${body}`)
  return source
}

/** A raw record's kwargs, or itself. */
const numbered = (record: unknown): unknown =>
  (typeof record === 'object' && record !== null && (record as { kwargs?: unknown }).kwargs) || record

/** What is sent, without what travels along. */
const textOf = (body: string): string => {
  const letter = JSON.parse(body) as Letter
  if (letter.record !== undefined) return 'dead letter'
  return JSON.stringify(letter.kwargs ?? letter)
}

/** The message group of a FIFO queue: its own setting, else the source's group, else its path, else its name. */
const groupOf = ({ scenario }: World, { computed, path, name }: Place, source: Source): string => {
  if (computed) return `key${(source.body as Kwargs).group}`
  const ofSource = scenario.source === 'standard' ? 'tenant' : scenario.source === 'fifo' ? source.lane : undefined
  return ofSource ?? path ?? name
}

/** What was refused for good is not tried again. Of equal bodies nobody can tell which it is. */
const checkTry = (world: World, invocation: Invocation, source: Source, key: string): void => {
  const walk = walkOf(invocation, source)
  plus(walk.tries, key, 1)
  if (!walk.refused.has(key)) return
  const text = key.slice(key.indexOf(' ') + 1)
  if (allOf(world, source).filter((one) => one.text === text).length === 1) {
    violate(world, 'tries', `message ${source.number} was refused for good, and is tried again: ${key}`)
  }
}

/** Nothing is sent for a message whose walk has not ended well, and in time. */
const checkMaySend = (world: World, invocation: Invocation, source: Source, place: Place): void => {
  const walk = walkOf(invocation, source)
  walk.tried = true
  if (!invocation.sources.includes(source)) {
    violate(world, 'nothing for a failed message', `message ${source.number} is sent to ${place.name} by a stranger`)
  }
  // A call that begins by asking for its queue's URL may have begun before.
  // Where nothing keeps order, what else a message sends goes out all the same (rule P5 of the recorded cases).
  for (const [key, at] of place.byName || place.kind === 'standard' ? [] : walk.refused) {
    if (at < world.clock.now()) {
      const text = `message ${source.number} is sent to ${place.name}, although it comes back: refused was ${key}`
      violate(world, 'nothing for a failed message', text)
    }
  }
  const { end, at } = courseOf(world, source, walk.verdicts)
  if (end === 'fail' || end === 'unfinished' || at > invocation.cut) {
    violate(
      world,
      'nothing for a failed message',
      `message ${source.number} is sent to ${place.name}, although its walk is ${end}`,
    )
  }
}
