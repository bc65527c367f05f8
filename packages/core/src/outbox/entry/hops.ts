import type { Headers } from '../../adapters/event-source.ts'

/** The header that carries the hops of a message. */
export const hopsHeader = 'lpipe-trail'

/** How often a message passed through queues of lpipe, and through which last. */
export interface Hops {
  readonly count: number
  /** The last queues. */
  readonly queues: readonly string[]
}

/** Most queues that are named: enough to show a loop. */
const maxNamed = 6

/** Most characters of a header that lpipe itself writes. */
const maxLength = 2000

const none: Hops = Object.freeze({ count: 0, queues: [] })

/** Reads the hops that the sending Lambda wrote. A header that lpipe cannot have written counts as none. */
export const readHops = (headers: Headers | undefined): Hops => {
  const text: unknown = headers?.[hopsHeader]
  if (typeof text !== 'string' || text.length > maxLength) return none
  const [digits = '', ...queues] = text.split('|')
  const count = Number(digits)
  const isPlausible =
    /^[1-9]\d{0,5}$/.test(digits) &&
    queues.length === Math.min(count, maxNamed) &&
    queues.every((queue) => /^[\x20-\x7E]{1,200}$/.test(queue))
  // mutant: plausible-hops
  return isPlausible ? { count, queues } : none
}

/** Adds a hop. */
export const addHop = ({ count, queues }: Hops, queue: string): Hops => ({
  count: count + 1,
  queues: [...queues, queue.replace(/[^\x20-\x7E]|\|/g, '/').slice(0, 200)].slice(-maxNamed),
})

/** Formats hops as a header. */
export const formatHops = ({ count, queues }: Hops): string => [count, ...queues].join('|')
