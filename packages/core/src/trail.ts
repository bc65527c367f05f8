import type { Message } from './message.ts'
import { isObject } from './values.ts'

/** The SQS message attribute, and the member of a Kinesis record's data, that carries what follows. */
export const trailName = 'lpipe-trail'

/** How often a message went through queues of ours, and through which at last. */
export interface Trail {
  readonly hops: number
  readonly through: readonly string[]
}

/** The most queues that a trail names: enough to show a loop. */
const mostNamed = 6

/** The trail of a message: what the lpipe that sent it wrote along. */
export const trailOf = ({ record, body }: Message): Trail => {
  const text = trailIn(record) ?? (isObject(body) && Object.hasOwn(body, trailName) ? body[trailName] : undefined)
  const [hops, ...through] = typeof text === 'string' ? text.split('|') : []
  const count = Number(hops)
  return Number.isSafeInteger(count) && count > 0 ? { hops: count, through } : { hops: 0, through: [] }
}

/** One hop more. */
export const further = ({ hops, through }: Trail, queue: string): Trail => ({
  hops: hops + 1,
  through: [...through, queue].slice(-mostNamed),
})

export const textOfTrail = ({ hops, through }: Trail): string => [hops, ...through].join('|')

const trailIn = (record: unknown): unknown => {
  const attributes = isObject(record) ? record['messageAttributes'] : undefined
  const attribute = isObject(attributes) && Object.hasOwn(attributes, trailName) ? attributes[trailName] : undefined
  return isObject(attribute) ? attribute['stringValue'] : undefined
}
