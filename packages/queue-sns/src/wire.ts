import { sha256 } from '@lpipe/core/middleware'
import type { Entry, Prepared } from '@lpipe/core/outbox'
import { optionText } from '@lpipe/core/outbox'
import type { PublishBatchRequestEntry } from './clients.ts'
import { checkedGroup, isAttribute, isFifo, isSnsId, maxAttributes, topicNameOf } from './limits.ts'

/** An entry as SNS takes it; its `Id` is its position in the call. */
export type Wire = Omit<PublishBatchRequestEntry, 'Id'>

/** Turns an entry into the form that SNS takes. */
export const prepareEntry = (entry: Entry): Prepared<Wire> => {
  const { queue, body, sourceGroup } = entry
  const attributes = attributesOf(entry)
  const isOrdered = isFifo(queue)
  const own = optionText(entry, 'groupId')
  const tenant = sourceGroup !== undefined && isSnsId(sourceGroup) ? sourceGroup : undefined
  const group = isOrdered ? (own ?? tenant ?? queue.path ?? topicNameOf(queue)) : (own ?? tenant)
  return {
    orderingKey: isOrdered && group !== undefined ? checkedGroup(queue, group) : undefined,
    size: sizeOf(body, attributes),
    wire: {
      Message: body,
      MessageAttributes: Object.fromEntries(
        attributes.map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      ),
      ...(group !== undefined && { MessageGroupId: checkedGroup(queue, group) }),
      ...(isOrdered && { MessageDeduplicationId: deduplicationIdOf(entry) }),
    },
  }
}

/** A long or odd id of the user's is hashed: cut, it would collide with others. */
const deduplicationIdOf = (entry: Entry): string => {
  const own = optionText(entry, 'deduplicationId')
  if (own === undefined) return entry.deduplicationKey
  return isSnsId(own) ? own : sha256(own)
}

/** The queue's attributes first, then as many headers as fit. SNS would refuse the entry for a header that is invalid. */
const attributesOf = ({ queue, headers }: Entry): (readonly [name: string, value: string])[] => {
  const own = Object.entries((queue.options['attributes'] ?? {}) as Readonly<Record<string, string>>)
  const names = new Set(own.map(([name]) => name))
  const along = Object.entries(headers).filter(([name, value]) => !names.has(name) && isAttribute(name, value))
  return [...own, ...along].slice(0, maxAttributes)
}

/** Counts the body, and the names, types and values of the attributes. */
const sizeOf = (body: string, attributes: ReturnType<typeof attributesOf>): number =>
  attributes.reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + 'String'.length + Buffer.byteLength(value),
    Buffer.byteLength(body),
  )
