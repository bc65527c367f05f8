import type { Entry } from '../adapters/sender.ts'
import { UndeliverableError } from '../language/errors.ts'
import { type Queue, queueLabel } from '../language/queue.ts'
import { optionText } from '../outbox/entry/option-text.ts'
import { sha256 } from '../values.ts'

/**
 * Message groups and deduplication ids of SQS and SNS: 1 to 128 characters, alphanumeric or punctuation.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 * @see https://docs.aws.amazon.com/sns/latest/api/API_PublishBatchRequestEntry.html
 */
const idCharacters = /^[\x21-\x7E]{1,128}$/

/** Whether SQS and SNS accept a text as a message group or deduplication id. */
export const isMessageId = (text: string): boolean => idCharacters.test(text)

/**
 * Returns the message group of an entry: the queue's option, otherwise that of the source message. Without one a FIFO queue
 * takes the queue's path, otherwise its name; a standard queue has no tenant then.
 *
 * @param fifoName the name of a FIFO queue or topic, undefined for a standard one, where the group is a tenant
 * @throws UndeliverableError if a computed group cannot be one
 */
export const groupOf = (entry: Entry, fifoName: string | undefined): string | undefined => {
  const { queue, sourceGroup } = entry
  // mutant: group-of-source-message
  const received = sourceGroup !== undefined && isMessageId(sourceGroup) ? sourceGroup : undefined
  const group =
    optionText(entry, 'groupId') ?? received ?? (fifoName === undefined ? undefined : (queue.path ?? fifoName))
  return group === undefined ? undefined : checkedGroup(queue, group)
}

const checkedGroup = (queue: Queue, group: string): string => {
  if (isMessageId(group)) return group
  throw new UndeliverableError(
    `cannot send to ${queueLabel(queue)}: its message group must have 1 to 128 letters, digits and punctuation characters`,
  )
}

/** Returns the deduplication id of an entry. A long or odd one of the user's is hashed: cut, it would collide with others. */
export const deduplicationIdOf = (entry: Entry): string => {
  const own = optionText(entry, 'deduplicationId')
  if (own === undefined) return entry.deduplicationKey
  return isMessageId(own) ? own : sha256(own)
}
