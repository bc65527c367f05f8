/** An order, as it is stored. */
export interface Order {
  readonly id: string
  readonly total: number
}

/** A table that stores many orders in one call, and may not have capacity for all. */
export interface Table {
  /** Returns the ids of the orders that were not stored. */
  readonly store: (orders: readonly Order[]) => Promise<ReadonlySet<string>>
}

/** A table in memory. A real one would call DynamoDB's `BatchWriteItem` and read its `UnprocessedItems`. */
export const memoryTable = (capacity = Infinity): Table & { readonly calls: (readonly Order[])[] } => {
  const calls: (readonly Order[])[] = []
  let left = capacity
  return {
    calls,
    store: async (orders) => {
      calls.push(orders)
      const notStored = orders.slice(left)
      left = Math.max(0, left - orders.length)
      return new Set(notStored.map(({ id }) => id))
    },
  }
}
