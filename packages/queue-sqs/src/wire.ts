import { sha256 } from '@lpipe/core/middleware'
import type { Entry, Prepared } from '@lpipe/core/outbox'
import { optionText } from '@lpipe/core/outbox'
import type { SendMessageBatchRequestEntry } from './clients.ts'
import { checkedGroup, isAttribute, isFifo, isSqsId, maxAttributes, nameOf } from './limits.ts'

/** An entry as SQS takes it; its `Id` is its position in the call. */
export type Wire = Omit<SendMessageBatchRequestEntry, 'Id'>

/** Turns an entry into the form that SQS takes. */
export const prepareEntry = (entry: Entry): Prepared<Wire> => {
  const { queue, body, traceHeader, sourceGroup } = entry
  const attributes = attributesOf(entry)
  const isOrdered = isFifo(queue)
  const own = optionText(entry, 'groupId')
  const tenant = sourceGroup !== undefined && isSqsId(sourceGroup) ? sourceGroup : undefined
  const group = isOrdered ? (own ?? tenant ?? queue.path ?? nameOf(queue)) : (own ?? tenant)
  const orderingKey = isOrdered && group !== undefined ? checkedGroup(queue, group) : undefined
  const delaySeconds = queue.options['delaySeconds']
  return {
    orderingKey,
    size: sizeOf(body, attributes),
    wire: {
      MessageBody: body,
      MessageAttributes: Object.fromEntries(
        attributes.map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      ),
      ...(traceHeader !== undefined && {
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } },
      }),
      ...(delaySeconds !== undefined && { DelaySeconds: delaySeconds as number }),
      ...(group !== undefined && { MessageGroupId: checkedGroup(queue, group) }),
      ...(isOrdered && { MessageDeduplicationId: deduplicationIdOf(entry) }),
    },
  }
}

/** A long or odd id of the user's is hashed: cut, it would collide with others. */
const deduplicationIdOf = (entry: Entry): string => {
  const own = optionText(entry, 'deduplicationId')
  if (own === undefined) return entry.deduplicationKey
  return isSqsId(own) ? own : sha256(own)
}

/** The queue's attributes first, then as many headers as fit. SQS would refuse the entry for a header that is invalid. */
const attributesOf = ({ queue, headers }: Entry): (readonly [name: string, value: string])[] => {
  const own = Object.entries((queue.options['attributes'] ?? {}) as Readonly<Record<string, string>>)
  const names = new Set(own.map(([name]) => name))
  const along = Object.entries(headers).filter(([name, value]) => !names.has(name) && isAttribute(name, value))
  return [...own, ...along].slice(0, maxAttributes)
}

/** Counts the body, and the names, types and values of the attributes. System attributes do not count. */
const sizeOf = (body: string, attributes: ReturnType<typeof attributesOf>): number =>
  attributes.reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + 'String'.length + Buffer.byteLength(value),
    Buffer.byteLength(body),
  )
