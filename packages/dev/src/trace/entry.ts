import type { CapturedError, Message, MessageState, MessageSummary, Span } from '../api/types.ts'
import { captureText } from '../environment/capture.ts'
import type { AcceptedMessage } from './calls.ts'

/** A message that is kept, with all that is known about it. */
export interface Entry {
  readonly id: string
  /** Raised with each message: the order of the list. */
  readonly seq: number
  readonly queue: string
  readonly body: string
  readonly bytes: number
  readonly groupId: string | undefined
  readonly partitionKey: string | undefined
  readonly attributes: Readonly<Record<string, string>>
  readonly sentAt: number
  rootId: string
  parentId: string | undefined
  state: MessageState
  lambda: string | undefined
  path: string | undefined
  function: string | undefined
  error: CapturedError | undefined
  requestId: string | undefined
  /** When its first and its last delivery began. */
  firstReceivedAt: number | undefined
  receivedAt: number | undefined
  /** When its run in the last delivery began. */
  startedAt: number | undefined
  endedAt: number | undefined
  deliveries: number
  readonly children: string[]
  readonly spans: Span[]
  origin: MessageSummary['origin']
  /** Bytes of its body and of the values in its spans. */
  size: number
}

export const createEntry = (message: AcceptedMessage, seq: number, sentAt: number): Entry => {
  const bytes = Buffer.byteLength(message.body)
  return {
    id: message.id,
    seq,
    queue: message.queue,
    body: message.body,
    bytes,
    groupId: message.groupId,
    partitionKey: message.partitionKey,
    attributes: message.attributes,
    sentAt,
    rootId: message.id,
    parentId: undefined,
    state: 'waiting',
    lambda: undefined,
    path: undefined,
    function: undefined,
    error: undefined,
    requestId: undefined,
    firstReceivedAt: undefined,
    receivedAt: undefined,
    startedAt: undefined,
    endedAt: undefined,
    deliveries: 0,
    children: [],
    spans: [],
    origin: undefined,
    size: bytes + 500,
  }
}

const maxPreview = 200

/** Returns an entry as the list shows it. */
export const summaryOf = (entry: Entry): MessageSummary => {
  const { startedAt, endedAt, firstReceivedAt, sentAt, error } = entry
  return withoutUndefined({
    id: entry.id,
    rootId: entry.rootId,
    parentId: entry.parentId,
    queue: entry.queue,
    state: entry.state,
    lambda: entry.lambda,
    path: entry.path,
    function: entry.function,
    error: error && { name: error.name, message: error.message },
    sentAt,
    receivedAt: entry.receivedAt,
    endedAt,
    waitMillis: firstReceivedAt && Math.max(0, firstReceivedAt - sentAt),
    millis: startedAt && endedAt && Math.max(0, endedAt - startedAt),
    deliveries: entry.deliveries,
    sent: entry.children.length,
    preview: entry.body.slice(0, maxPreview),
    bytes: entry.bytes,
    origin: entry.origin,
  })
}

/** Returns an entry with its body. */
export const messageOf = (entry: Entry): Message =>
  withoutUndefined({
    ...summaryOf(entry),
    body: captureText(entry.body),
    groupId: entry.groupId,
    partitionKey: entry.partitionKey,
    attributes: { ...entry.attributes },
  })

/** Leaves out members that are undefined, as JSON does. */
export const withoutUndefined = <T extends object>(object: T): WithoutUndefined<T> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as WithoutUndefined<T>

type WithoutUndefined<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K]
} & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> }
