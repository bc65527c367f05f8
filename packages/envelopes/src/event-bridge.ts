import { defineEnvelope, type Envelope } from '@lpipe/core/envelope'
import { checkOptions, getOwn, isObject, readHeadersMember } from '@lpipe/core/middleware'
import type { EventBridgeEvent } from 'aws-lambda'
import { type PathFrom, pathOf, pathRule } from './path.ts'

/** Options of `eventBridge()`. */
export interface EventBridgeOptions {
  /** The path of an event, for example `({ 'detail-type': type }) => type`. Default: `detail` names its path itself. */
  readonly path?: PathFrom<EventBridgeEvent<string, unknown>>
}

/**
 * An EventBridge event in a queue, a topic or a stream: the message is its `detail`. Its `detail-type`, `source` and `id` are
 * headers.
 *
 * @throws InvalidConfigurationError, when made, for an option that is unknown or wrong
 * @see https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
 * @example
 * middy().use(lpipe({ envelopes: [eventBridge({ path: ({ 'detail-type': type }) => type })], paths: { 'Order Placed': [ship] } }))
 */
export const eventBridge = (options: EventBridgeOptions = {}): Envelope => {
  checkOptions('eventBridge', options, { path: pathRule })
  return defineEnvelope({
    name: 'eventBridge',
    opens: (body) => {
      if (!isObject(body)) return undefined
      const { 'detail-type': type, source, detail, id } = body
      if (typeof type !== 'string' || typeof source !== 'string' || detail === undefined) return undefined
      return {
        body: detail,
        headers: headersOf(type, source, id, detail),
        path: pathOf(options.path, body as unknown as EventBridgeEvent<string, unknown>),
      }
    },
  })
}

/** An event has no attributes: a sender of lpipe writes the headers into the detail. */
const headersOf = (type: string, source: string, id: unknown, detail: unknown): Record<string, string> => {
  const headers = typeof id === 'string' ? { 'detail-type': type, source, id } : { 'detail-type': type, source }
  return getOwn(detail, 'lpipe') === undefined ? headers : { ...readHeadersMember(detail), ...headers }
}
