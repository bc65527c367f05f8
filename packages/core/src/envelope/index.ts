/** For authors of envelopes. */
import type { Envelope } from '../adapters/envelope.ts'
import { openRecord } from './open.ts'

export { decodeBase64 } from '../adapters/decode.ts'
export type { Enclosed, Envelope, MessageContent } from '../adapters/envelope.ts'

/**
 * Makes an envelope: adds the opening of records to a definition. A Lambda without envelopes does not bundle it.
 *
 * @example
 * const boxed = () =>
 *   defineEnvelope({
 *     name: 'boxed',
 *     opens: (body) => (typeof getOwn(body, 'box') === 'string' ? { body: getOwn(body, 'box') } : undefined),
 *   })
 */
export const defineEnvelope = (definition: Omit<Envelope, 'open'>): Envelope => ({ ...definition, open: openRecord })
