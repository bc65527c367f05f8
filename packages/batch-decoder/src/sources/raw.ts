import { type EventSource, InvalidPayloadError } from '@lpipe/core'
import {
  getOwn,
  holdsUnsafe,
  isObject,
  markRounded,
  nonEmptyString,
  parseJson,
  readHeadersMember,
  tryOr,
  typeName,
} from '@lpipe/core/middleware'
import { readLogEvents } from './cloudwatch-logs.ts'
import { foreignServiceIn } from './foreign.ts'

/**
 * RAW events: an object, JSON text, or an array of either. The message of an EventBridge event is its `detail`. A CloudWatch
 * Logs subscription holds a message for each log event. No failed message can be named, so a failure throws.
 *
 * @param isGiven whether the user named the source
 * @param isEnvelope whether an envelope opens an event. Such an event is RAW, also if it is from another service
 */
export const rawSource = (isGiven: boolean, isEnvelope: (event: unknown) => boolean = () => false): EventSource => ({
  name: 'raw',
  reports: 'none',
  telemetry: { system: 'aws.lambda', trigger: 'other' },
  recordsOf: (event) => {
    if (isEnvelope(event)) return [event]
    if (foreignServiceIn(event, isGiven) !== undefined) return undefined
    const logs = getOwn(getOwn(event, 'awslogs'), 'data')
    if (typeof logs === 'string' || isObject(logs)) return readLogEvents(logs, isEnvelope)
    if (Array.isArray(event)) return event
    if (isObject(event) || typeof event === 'string') return [event]
    throw new InvalidPayloadError(
      `batchDecoder: expected an array, an object or JSON text as the event, received ${typeName(event)}`,
    )
  },
  idOf: () => undefined,
  bodyOf: (record) => {
    const value = typeof record === 'string' ? parseJson(record) : record
    const body = isEventBridge(value) ? detailOf(value) : value
    // Lambda has parsed it. In a test a getter may throw.
    if (typeof record !== 'string' && tryOr(() => holdsUnsafe(body), false)) markRounded(body as object)
    return body
  },
  contentOf: (record) => record,
  // EventBridge has no attributes.
  headersOf: (_, body) => readHeadersMember(body),
  // EventBridge repeats an event with the same id.
  deduplicationKeyOf: (record) => (isEventBridge(record) ? nonEmptyString(record['id']) : undefined),
})

const envelope = ['detail', 'detail-type', 'source']

const isEventBridge = (record: unknown): record is Record<string, unknown> =>
  isObject(record) && envelope.every((name) => Object.hasOwn(record, name))

/** EventBridge Scheduler writes the detail of its default event as text: `"{}"`. */
const detailOf = ({ detail }: Readonly<Record<string, unknown>>): unknown =>
  typeof detail === 'string' ? tryOr(() => parseJson(detail), detail) : detail

/**
 * The source `'raw'` as a value, for the end of a list with sources of your own. It takes any event that does not say that it
 * is from another service.
 *
 * @example
 * middy().use(lpipe({ paths, source: [lines(), raw()] }))
 */
export const raw = (): EventSource => rawSource(false)
