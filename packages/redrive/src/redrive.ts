import type { Message } from '@aws-sdk/client-sqs'
import { type EventSource, InvalidConfigurationError } from '@lpipe/core'
import type { AwsClient } from '@lpipe/core/aws'
import { checkOptions, describeError, errorName } from '@lpipe/core/middleware'
import { sentOf, withText } from './answers.ts'
import { type Audit, auditToConsole } from './audit.ts'
import { checkFrom, eachDeadLetter, openDeadLetterQueue, type ReceivedDeadLetter, remove } from './dead-letter-queue.ts'
import { type Destinations, readDestinations } from './destinations.ts'
import { type Edit, type NewBody, readEdit, type TextOf } from './edit.ts'
import { type DeadLetterFilter, filterRule, type MatchesDeadLetter, readFilter } from './filter.ts'
import { createLambdaSources, type ProblemOf } from './lambda-sources.ts'
import { originalOf, withoutOrigin } from './original.ts'
import { type Clients, loadKinesis, loadSqs } from './sdk.ts'
import { serviceOf } from './services/index.ts'
import { readSources, type SourceNamed, sourcesRule } from './sources/index.ts'

/** Options of `redrive()`. */
export interface RedriveOptions {
  /** The dead-letter queue: its name or its URL. */
  readonly from: string
  /**
   * The queues and streams that may be sent to: ARNs, or names of those in the account and region of the dead-letter queue.
   * Default: for a message that SQS moved, the queue that SQS says; for a dead letter of lpipe, the event sources of the
   * Lambda that wrote it. A dead letter that comes from elsewhere stays.
   */
  readonly to?: readonly string[]
  /** The dead letters to send back. Default: all. */
  readonly filter?: DeadLetterFilter | MatchesDeadLetter
  /**
   * Changes bodies: a function that returns the new body, or the new body of the one message that `filter.ids` names. A string
   * is sent as it is, any other value as JSON.
   */
  readonly edit?: Edit | NewBody
  /** Event sources that are not lpipe's own: they say how their records are read, edited and sent back. */
  readonly sources?: readonly EventSource[]
  /** Receives a line for each dead letter. Default: a line of JSON with `console.info`. */
  readonly audit?: Audit
  /** A text for the audit lines. */
  readonly note?: string
  /** The SQS client. Default: one made from the SDK's own environment. */
  readonly client?: AwsClient
  /** The Kinesis client. Default: one made when the first dead letter that came from a stream is sent. */
  readonly kinesis?: AwsClient
  /** The Lambda client, for the default of `to`. Default: one made from the SDK's own environment. */
  readonly lambda?: AwsClient
  /** Most dead letters that match the filter. Default: as many as the queue holds at the beginning. */
  readonly limit?: number
}

/** What `redrive()` did. */
export interface RedriveResult {
  /** Dead letters that were read, and match the filter. */
  readonly received: number
  /** Dead letters that were sent back and deleted. */
  readonly redriven: number
  /** How many were sent to which queue or stream, by name. */
  readonly sent: Readonly<Record<string, number>>
  /** Dead letters that match the filter and are still in the queue. */
  readonly left: readonly LeftDeadLetter[]
}

/** A dead letter that is still in the queue. */
export interface LeftDeadLetter {
  readonly messageId: string
  readonly reason: string
}

/**
 * Sends dead letters back to where they came from: the original body with its attributes and its message group, or the
 * original data with its partition key. A dead letter is deleted after its queue or stream has accepted the record, never
 * before. One that cannot be sent back, or that must not be sent where it says that it came from, stays and is named in the
 * result.
 *
 * @throws InvalidConfigurationError if an option is wrong, or if the AWS SDK is not installed
 * @throws the AWS SDK's error if the dead-letter queue cannot be read
 * @throws what `audit`, `edit` or `filter` throws
 * @example
 * const { redriven, left } = await redrive({ from: 'orders-dead-letters', filter: { path: 'ORDER' } })
 */
export const redrive = async (options: RedriveOptions): Promise<RedriveResult> => {
  checkOptions('redrive', options, {
    from: 'string',
    to: 'array',
    filter: filterRule,
    edit: 'any',
    sources: sourcesRule,
    audit: 'function',
    note: 'string',
    client: 'object',
    kinesis: 'object',
    lambda: 'object',
    limit: 'count',
  })
  const { from, to, filter, edit, sources, audit = auditToConsole, note, client, kinesis, lambda, limit } = options
  checkFrom('redrive', from)
  const destinations = to && readDestinations(to)
  const matches = readFilter('redrive', filter)
  const textOf = readEdit('redrive', edit, filter)
  const sourceNamed = readSources(sources)
  const queue = await openDeadLetterQueue(await loadSqs(client), from)
  let connecting: ReturnType<typeof loadKinesis> | undefined
  const sending: Sending = {
    clients: {
      sqs: queue.sqs,
      kinesis: () => {
        connecting ??= loadKinesis(kinesis)
        return connecting
      },
      account: queue.home?.account,
      urls: new Map(),
    },
    destinations: destinations?.(queue.home),
    problemOf: createLambdaSources(queue.home, lambda),
    sourceNamed,
    textOf,
  }
  const sent = new Map<string, number>()
  const left: LeftDeadLetter[] = []
  let received = 0
  let redriven = 0

  const log = (line: Omit<Parameters<Audit>[0], 'time' | 'from'>): unknown =>
    audit({ time: new Date().toISOString(), from, ...line, ...(note !== undefined && { note }) })

  const leave = async ({ MessageId: messageId = '' }: Message, reason: string): Promise<void> => {
    left.push({ messageId, reason })
    await log({ action: 'kept', messageId, reason })
  }

  await eachDeadLetter(queue, { matches, limit, sourceNamed }, async (batch) => {
    received += batch.length
    const accepted = new Map<Message, Accepted>()
    const kept = new Map<Message, string>()
    let deleted: ReadonlySet<Message>
    try {
      for (const one of batch) {
        const result = await sendBack(one, sending)
        if (typeof result === 'string') kept.set(one.message, result)
        else accepted.set(one.message, result)
      }
    } finally {
      // mutant: deleted-after-send
      deleted = await remove(queue, [...accepted.keys()])
    }
    for (const [message, { name, arn, newId }] of accepted) {
      sent.set(name, (sent.get(name) ?? 0) + 1)
      if (!deleted.has(message)) {
        await leave(message, `it was sent to ${name} but could not be deleted: the next redrive sends it again`)
        continue
      }
      redriven += 1
      const messageId = message.MessageId ?? ''
      await log({ action: 'redriven', messageId, to: arn, edited: edit !== undefined, ...(newId && { newId }) })
    }
    for (const [message, reason] of kept) await leave(message, reason)
    return deleted
  })
  return { received, redriven, sent: Object.fromEntries(sent), left }
}

interface Sending {
  readonly clients: Clients
  readonly destinations: Destinations | undefined
  readonly problemOf: ProblemOf
  readonly sourceNamed: SourceNamed
  readonly textOf: TextOf | undefined
}

interface Accepted {
  readonly name: string
  readonly arn: string
  readonly newId: string | undefined
}

/** Sends one dead letter back. Returns what accepted it, or the reason why nothing did. */
const sendBack = async (
  { message, letter }: ReceivedDeadLetter,
  { clients, destinations, problemOf, sourceNamed, textOf }: Sending,
): Promise<Accepted | string> => {
  const original = originalOf(letter, sourceNamed(letter.source.type), destinations?.only)
  if (typeof original === 'string') return original
  const { arn, recordSource } = original
  if (destinations === undefined) {
    // A message that SQS moved goes to the queue that SQS says.
    const problem = letter.kind === 'failed' ? undefined : await problemOf(letter, message.Attributes?.SenderId, arn)
    if (problem !== undefined) return problem
  } else if (/* mutant: allowed-destination */ !destinations.allows(arn)) {
    return `\`to\` does not list ${arn.text}, where the dead letter says that it came from. Check that it did before you add it`
  }
  const edited = await textOf?.(letter)
  if (typeof edited === 'string') return edited
  const record = edited === undefined ? { value: letter.record } : withText(recordSource, letter.record, edited.text)
  if (typeof record === 'string') return record
  const sent = sentOf(recordSource, record.value)
  if (typeof sent === 'string') return sent
  const service = sent.value.type === arn.service ? serviceOf(arn.service) : undefined
  if (service === undefined) return withoutOrigin
  try {
    const region = await service.regionOf(clients)
    if (region !== arn.region) return `it came from region ${arn.region}, but the client is in ${region}`
    return {
      name: arn.name,
      arn: arn.text,
      newId: await service.send(clients, arn, sent.value, message.MessageId ?? ''),
    }
  } catch (error) {
    if (error instanceof InvalidConfigurationError) throw error
    return `it could not be sent to ${arn.name}: ${causeOf(error)}`
  }
}

/** The text of a service may quote the record, so only its code is kept. */
const causeOf = (error: unknown): string =>
  (error as { readonly $fault?: unknown } | null)?.$fault === undefined ? describeError(error) : errorName(error)
