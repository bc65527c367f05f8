import { deduplicationIdOf, groupOf, type MessageAttribute, messageAttributes, sizeOfMessage } from '@lpipe/core/aws'
import type { Entry, Prepared } from '@lpipe/core/outbox'
import { isFifo, topicNameOf } from './limits.ts'

/** An entry as SNS takes it; its `Id` is its position in the call. */
export interface Wire {
  readonly Message: string
  readonly MessageAttributes: Readonly<Record<string, MessageAttribute>>
  readonly MessageGroupId?: string
  readonly MessageDeduplicationId?: string
}

/** Turns an entry into the form that SNS takes. */
export const prepareEntry = (entry: Entry): Prepared<Wire> => {
  const { queue, body } = entry
  const isOrdered = isFifo(queue)
  const attributes = messageAttributes(entry)
  const group = groupOf(entry, isOrdered ? topicNameOf(queue) : undefined)
  return {
    orderingKey: isOrdered ? group : undefined,
    size: sizeOfMessage(body, attributes),
    wire: {
      Message: body,
      MessageAttributes: attributes,
      ...(group !== undefined && { MessageGroupId: group }),
      ...(isOrdered && { MessageDeduplicationId: deduplicationIdOf(entry) }),
    },
  }
}
