import { deduplicationIdOf, groupOf, type MessageAttribute, messageAttributes, sizeOfMessage } from '@lpipe/core/aws'
import type { Entry, Prepared } from '@lpipe/core/outbox'
import { isFifo, nameOf } from './limits.ts'

/** An entry as SQS takes it; its `Id` is its position in the call. */
export interface Wire {
  readonly MessageBody: string
  readonly MessageAttributes: Readonly<Record<string, MessageAttribute>>
  readonly MessageSystemAttributes?: { readonly AWSTraceHeader: MessageAttribute }
  readonly DelaySeconds?: number
  readonly MessageGroupId?: string
  readonly MessageDeduplicationId?: string
}

/** Turns an entry into the form that SQS takes. */
export const prepareEntry = (entry: Entry): Prepared<Wire> => {
  const { queue, body, traceHeader } = entry
  const isOrdered = isFifo(queue)
  const attributes = messageAttributes(entry)
  const group = groupOf(entry, isOrdered ? nameOf(queue) : undefined)
  const delaySeconds = queue.options['delaySeconds']
  return {
    orderingKey: isOrdered ? group : undefined,
    size: sizeOfMessage(body, attributes),
    wire: {
      MessageBody: body,
      MessageAttributes: attributes,
      ...(traceHeader !== undefined && {
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } },
      }),
      ...(delaySeconds !== undefined && { DelaySeconds: delaySeconds as number }),
      ...(group !== undefined && { MessageGroupId: group }),
      ...(isOrdered && { MessageDeduplicationId: deduplicationIdOf(entry) }),
    },
  }
}
