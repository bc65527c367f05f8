export interface Order {
  readonly id: string
  readonly total: number
}

/** A table that takes many orders in one call, and may not have room for all. */
export interface Table {
  /** @returns the ids of those that were not stored */
  readonly store: (orders: readonly Order[]) => Promise<ReadonlySet<string>>
}

/** A table in memory; a real one would be DynamoDB's `BatchWriteItem`, with its `UnprocessedItems`. */
export const memoryTable = (room = Infinity): Table & { readonly calls: (readonly Order[])[] } => {
  const calls: (readonly Order[])[] = []
  let left = room
  return {
    calls,
    store: async (orders) => {
      calls.push(orders)
      const refused = orders.slice(left)
      left = Math.max(0, left - orders.length)
      return new Set(refused.map(({ id }) => id))
    },
  }
}
