import type { Entry, Sender } from '../adapters/sender.ts'
import { invalidConfiguration } from '../language/errors.ts'
import { openOutbox } from './outbox.ts'

/** What a sender is made of: everything but `open`. */
export type SenderDefinition<Wire> = Omit<Sender<Wire>, 'open'>

/** A sender that takes entries as they are. */
export interface PlainSender extends Omit<Sender<Entry>, 'open' | 'prepare'> {
  readonly prepare?: undefined
  /** Returns the bytes of an entry. Default: those of its body. */
  readonly sizeOf?: (entry: Entry) => number
  /** Returns the ordering key of an entry: entries with the same key are sent in order, never in two calls at once. Default: no order. */
  readonly orderOf?: (entry: Entry) => string | undefined
}

/**
 * Makes a sender: adds the outbox to a definition, and `prepare` if the definition has none. A Lambda without a sender bundles
 * no outbox.
 *
 * @throws InvalidConfigurationError for a limit that lets nothing through
 * @example
 * const webhook = () => defineSender({
 *   maxEntries: 1,
 *   maxBytes: 256_000,
 *   prepare: ({ body }) => ({ wire: body, size: Buffer.byteLength(body) }),
 *   send: async ({ url = '' }, [body = ''], signal) => {
 *     const { ok, status } = await fetch(url, { method: 'POST', body, signal })
 *     return [ok ? undefined : { code: String(status), reason: 'the webhook refused it', senderFault: status < 500 }]
 *   },
 * })
 */
export function defineSender<Wire>(definition: SenderDefinition<Wire>): Sender<Wire>
export function defineSender(definition: PlainSender): Sender<Entry>
export function defineSender(definition: SenderDefinition<unknown> | PlainSender): Sender {
  for (const limit of ['maxEntries', 'maxBytes'] as const) {
    // With another limit entries would wait until the time of the invocation is up.
    if (!(definition[limit] >= 1)) invalidConfiguration(`defineSender: \`${limit}\` must be a number of at least 1`)
  }
  return {
    ...definition,
    prepare: definition.prepare ?? preparePlain(definition as PlainSender),
    // Not loaded by import() at the first send: for that esbuild wraps each module that it needs, and bundles start more slowly.
    open: openOutbox,
  } as Sender
}

const preparePlain =
  ({ sizeOf = ({ body }) => Buffer.byteLength(body), orderOf }: PlainSender): Sender['prepare'] =>
  (entry) => ({ wire: entry, size: sizeOf(entry), orderingKey: orderOf?.(entry) })
