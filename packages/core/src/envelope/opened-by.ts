import type { Enclosed, Envelope } from '../adapters/envelope.ts'
import type { Headers } from '../adapters/event-source.ts'
import { dispositionOf, errorMessage, FailCatastrophically, invalidConfiguration } from '../language/errors.ts'
import { nonEmptyString, notPromise, typeName } from '../values.ts'

const none: Headers = Object.freeze({})

/** Returns what the first envelope that opens a body has inside. */
export const openedBy = (
  envelopes: readonly Envelope[],
  body: unknown,
  record: unknown,
  headers: Headers = none,
): Enclosed | readonly Enclosed[] | undefined => {
  for (const envelope of envelopes) {
    const inside = callEnvelope(envelope, body, record, headers)
    if (inside !== undefined) return inside
  }
  return undefined
}

/** Calls an envelope. What it throws beside the errors of lpipe must not drop the message. */
const callEnvelope = (
  envelope: Envelope,
  body: unknown,
  record: unknown,
  headers: Headers,
): Enclosed | readonly Enclosed[] | undefined => {
  try {
    const inside = envelope.opens(body, record, headers)
    if (inside === undefined) return undefined
    notPromise(inside, '`opens`')
    if (Array.isArray(inside)) for (const one of inside) checkPath('envelope', envelope, one.path)
    else checkPath('envelope', envelope, (inside as Enclosed).path)
    return inside
  } catch (cause) {
    if (dispositionOf(cause) !== undefined) throw cause
    throw new FailCatastrophically(`the envelope ${envelope.name} threw ${errorMessage(cause)}`, { cause })
  }
}

/** @throws InvalidConfigurationError if the user's function returned something else than a path */
export const checkPath = (what: string, { name }: { readonly name: string }, path: unknown): void => {
  if (path === undefined || nonEmptyString(path) !== undefined) return
  const received = path === '' ? 'an empty string' : typeName(path)
  invalidConfiguration(`${what} ${name}: \`path\` must be a non-empty string, received ${received}`)
}
