import type { Sender } from '../../adapters/sender.ts'
import type { Queue } from '../../language/queue.ts'
import { callSender, checkText } from './call-sender.ts'

/** Returns what a call is addressed to. Two queues with one identity may have different addresses: a name, and a URL. */
export const addressOf = ({ url, name }: Queue): string | undefined => url ?? name

/** Returns what identifies a queue for one sender: queues with the same identity keep their order. */
export const identityOf = (queue: Queue, sender: Sender): string =>
  callSender(queue, 'identityOf', () =>
    checkText(sender.identityOf?.(queue) ?? `${queue.type} ${addressOf(queue)}`, 'it'),
  )
