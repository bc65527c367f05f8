import { headerOf, type Message } from './message.ts'

/** The header that carries a trail. */
export const trailName = 'lpipe-trail'

/** How often a message went through queues of ours, and through which at last. */
export interface Trail {
  readonly hops: number
  readonly through: readonly string[]
}

/** The most queues that a trail names: enough to show a loop. */
const mostNamed = 6

/** The trail of a message: what the lpipe that sent it wrote along. */
export const trailOf = (message: Message): Trail => {
  const [hops, ...through] = headerOf(message, trailName)?.split('|') ?? []
  const count = Number(hops)
  return Number.isSafeInteger(count) && count > 0 ? { hops: count, through } : { hops: 0, through: [] }
}

/** One hop more. */
export const further = ({ hops, through }: Trail, queue: string): Trail => ({
  hops: hops + 1,
  through: [...through, queue].slice(-mostNamed),
})

export const textOfTrail = ({ hops, through }: Trail): string => [hops, ...through].join('|')
