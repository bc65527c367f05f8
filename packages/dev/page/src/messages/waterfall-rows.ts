import type { Journey, Message, Span } from '../../../src/api/types.ts'

/** A line of the waterfall: a message, or one of its spans. */
export type WaterfallRow =
  | { readonly type: 'message'; readonly message: Message; readonly depth: number }
  | { readonly type: 'span'; readonly span: Span; readonly depth: number }

/** Returns the lines: each message with its spans below it, those within others indented, then the messages that it sent. */
export const waterfallRows = ({ messages, spans }: Pick<Journey, 'messages' | 'spans'>): readonly WaterfallRow[] => {
  const known = new Set(messages.map(({ id }) => id))
  const children = groupBy(messages, ({ parentId }) => (parentId !== undefined && known.has(parentId) ? parentId : ''))
  const spansOf = groupBy(spans, ({ messageId }) => messageId)
  const rows: WaterfallRow[] = []
  const entered = new Set<string>()
  const enter = (message: Message, depth: number): void => {
    if (entered.has(message.id)) return
    entered.add(message.id)
    rows.push({ type: 'message', message, depth })
    for (const { span, depth: inner } of nested(spansOf.get(message.id) ?? [])) {
      rows.push({ type: 'span', span, depth: depth + 1 + inner })
    }
    for (const child of children.get(message.id) ?? []) enter(child, depth + 1)
  }
  for (const message of children.get('') ?? []) enter(message, 0)
  return rows
}

/** Spans in the order in which they are read: each before those within it. */
const nested = (spans: readonly Span[]): readonly { readonly span: Span; readonly depth: number }[] => {
  const known = new Set(spans.map(({ id }) => id))
  const within = groupBy(spans, ({ parentId }) => (parentId !== undefined && known.has(parentId) ? parentId : ''))
  const inOrder = (parent: string, depth: number): { span: Span; depth: number }[] =>
    (within.get(parent) ?? []).flatMap((span) => [{ span, depth }, ...inOrder(span.id, depth + 1)])
  return inOrder('', 0)
}

const groupBy = <Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> =>
  Map.groupBy(items, keyOf)
