import type { PutEventsCommandOutput } from '@aws-sdk/client-eventbridge'
import { InvalidConfigurationError, type Queue, type Sender } from '@lpipe/core'
import { type AwsClient, clientOf, notMentioned, onceLoaded } from '@lpipe/core/aws'
import { checkOptions, errorName } from '@lpipe/core/middleware'
import type { SendFailure } from '@lpipe/core/outbox'
import { defineSender } from '@lpipe/core/outbox'
import { loadSdk, type Sdk } from './sdk.ts'
import { checkEventBridgeQueue, prepareEntry, queueOptions, type Wire } from './wire.ts'

export type { Wire } from './wire.ts'

/** Options of `queueEventBridge()`. */
export interface QueueEventBridgeOptions {
  /**
   * The `EventBridgeClient` to send with. Default: one made at the first send, from the SDK's own environment: region, credentials,
   * `AWS_ENDPOINT_URL_EVENTBRIDGE`.
   */
  readonly client?: AwsClient
  /** Most events of a call. Default, and at most: 10. */
  readonly maxEntries?: number
  /** Most bytes of a call, and of an event. Default, and at most: 1,048,575, because it must be less than 1 MiB. */
  readonly maxBytes?: number
  /**
   * Whether the bus is looked up once per process, with `DescribeEventBus`. Default: true, because `PutEvents` accepts events
   * for a bus that does not exist, and they are lost. The bus `default` is not looked up.
   */
  readonly verifyBus?: boolean
}

/** Less than 1 MiB. @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const mostBytes = 1024 * 1024 - 1

const queueType = { queueOptions, checkQueue: checkEventBridgeQueue }

/**
 * Puts events on Amazon EventBridge buses, with `PutEvents`. `@aws-sdk/client-eventbridge` is imported at the first send.
 *
 * Rights: `events:PutEvents`, and `events:DescribeEventBus` unless `verifyBus` is false.
 *
 * @throws InvalidConfigurationError, when made, for an unknown option; at a send, if the SDK is not installed
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 * @example
 * const events = queue({ type: 'eventbridge', name: 'shop', source: 'shop.orders', path: 'ORDER_PLACED', sender: queueEventBridge })
 */
// Pure, so that a bundler removes it from a Lambda that sends nothing.
export const queueEventBridge = /* @__PURE__ */ Object.assign((options: QueueEventBridgeOptions = {}): Sender<Wire> => {
  checkOptions('queueEventBridge', options, {
    client: clientOf('EventBridge'),
    maxEntries: 'count',
    maxBytes: 'count',
    verifyBus: 'boolean',
  })
  const { client, maxEntries = 10, maxBytes = mostBytes, verifyBus = true } = options
  const known = new Set<string | undefined>(['default'])

  const connect = onceLoaded(() => loadSdk(client))

  /** Only a bus that was found is remembered. @throws ResourceNotFoundException if there is none */
  const verify = async ({ name }: Queue, { client, DescribeEventBusCommand }: Sdk, abortSignal: AbortSignal) => {
    if (!verifyBus || known.has(name)) return
    await client.send(new DescribeEventBusCommand({ Name: name }), { abortSignal }).catch(throwIfDenied)
    known.add(name)
  }

  return defineSender<Wire>({
    ...queueType,
    maxEntries: Math.min(10, maxEntries),
    maxBytes: Math.min(mostBytes, maxBytes),
    prepare: prepareEntry,
    send: async (queue, wires, abortSignal) => {
      const connected = await connect()
      await verify(queue, connected, abortSignal)
      const Entries = wires.map((wire) => ({ ...wire, EventBusName: queue.name }))
      const { client, PutEventsCommand } = connected
      return reconcile(wires.length, await client.send(new PutEventsCommand({ Entries }), { abortSignal }))
    },
  })
}, queueType)

const throwIfDenied = (cause: unknown): never => {
  if (!errorName(cause).startsWith('AccessDenied')) throw cause
  throw new InvalidConfigurationError(
    'queueEventBridge: DescribeEventBus was denied. Grant events:DescribeEventBus, or set `verifyBus: false`: then events for a ' +
      'bus that does not exist are lost',
    { cause },
  )
}

/** EventBridge returns one answer per event, in order. An event without an answer does not count as accepted. */
const reconcile = (count: number, { Entries = [] }: PutEventsCommandOutput): (SendFailure | undefined)[] =>
  Array.from({ length: count }, (_, index) => {
    const entry = Entries[index]
    if (entry === undefined) return notMentioned('EventBridge', 'event')
    if (entry.EventId && !entry.ErrorCode) return undefined
    const code = entry.ErrorCode || 'Unknown'
    // Its `ErrorMessage` may quote the event.
    return { code, reason: 'EventBridge refused the event', senderFault: permanent.test(code) }
  })

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html */
const permanent = /^(?:AccessDenied|NotAuthorizedFor|Invalid|MalformedDetail|RedactionFailure)/
