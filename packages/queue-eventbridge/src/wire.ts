import { type Queue, UndeliverableError } from '@lpipe/core'
import {
  addHeadersMember,
  type Expectation,
  invalidConfiguration,
  queueLabel,
  type Rules,
} from '@lpipe/core/middleware'
import type { Entry, Prepared } from '@lpipe/core/outbox'
import { optionText } from '@lpipe/core/outbox'

/** An entry as EventBridge takes it. */
export interface Wire {
  readonly Source: string
  readonly DetailType: string
  readonly Detail: string
  readonly Resources?: string[]
  readonly TraceHeader?: string
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html */
const maxDetailTypeLength = 128

/** A name, or an ARN. */
const busName = /^(?:arn:aws[\w-]*:events:[a-z0-9-]+:\d{12}:event-bus\/)?[/.\-\w]{1,256}$/

const text: Expectation = {
  expected: 'a non-empty string or a function',
  accepts: (value) => typeof value === 'function' || (typeof value === 'string' && value !== ''),
}

/** The options of `queue()` for the type `eventbridge`. */
export const queueOptions = {
  source: {
    expected: "a non-empty string that does not begin with 'aws.', which only AWS may use",
    accepts: (value) => typeof value === 'string' && value !== '' && !value.startsWith('aws.'),
  },
  detailType: text,
  resources: {
    expected: 'an array of ARNs',
    accepts: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== ''),
  },
} as const satisfies Rules

/** @throws InvalidConfigurationError for what EventBridge would refuse at each send */
export const checkEventBridgeQueue = (queue: Queue): void => {
  const { name, url, path, options } = queue
  const { source, detailType = path } = options
  const invalid = (problem: string): never => invalidConfiguration(`queue ${queueLabel(queue)}: ${problem}`)
  if (url !== undefined) invalid('an event bus has no `url`; set `name` to its name or ARN')
  if (!busName.test(name ?? '')) invalid('`name` must be the name or the ARN of an event bus')
  if (source === undefined) invalid("requires `source`, which rules match, for example 'shop.orders'")
  if (detailType === undefined) invalid('requires `detailType`, or `path`, which becomes the detail-type')
  if (typeof detailType === 'string' && detailType.length > maxDetailTypeLength) {
    invalid(`its detail-type (\`detailType\`, otherwise \`path\`) must have at most ${maxDetailTypeLength} characters`)
  }
}

/** Turns an entry into the form that EventBridge takes. */
export const prepareEntry = (entry: Entry): Prepared<Wire> => {
  const { queue, traceHeader } = entry
  const { source, resources } = queue.options as { readonly source: string; readonly resources?: string[] }
  const detailType = optionText(entry, 'detailType') ?? queue.path ?? ''
  if (detailType.length > maxDetailTypeLength) {
    throw new UndeliverableError(
      `cannot send to ${queueLabel(queue)}: its detail-type has ${detailType.length} characters, and the limit is ${maxDetailTypeLength}`,
    )
  }
  const detail = detailOf(entry)
  return {
    size: sizeOf([source, detailType, detail, ...(resources ?? [])]),
    wire: {
      Source: source,
      DetailType: detailType,
      Detail: detail,
      ...(resources !== undefined && { Resources: resources }),
      ...(traceHeader !== undefined && { TraceHeader: traceHeader }),
    },
  }
}

/** An event has no attributes: the headers are a member of its detail, beside `path` and `kwargs`. */
const detailOf = ({ queue, body, headers }: Entry): string => {
  if (queue.path !== undefined) return addHeadersMember(body, headers)
  if (body.startsWith('{')) return body
  throw new UndeliverableError(`cannot send to ${queueLabel(queue)}: EventBridge takes objects only`)
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
const sizeOf = (texts: readonly string[]): number => texts.reduce((sum, one) => sum + Buffer.byteLength(one), 0)
