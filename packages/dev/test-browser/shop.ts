import { fileURLToPath } from 'node:url'
import { type Dev, type DevOptions, startDev, type Totals } from '@lpipe/dev'

/** A server with the shop, and what a test needs to fill it. */
export interface Shop {
  readonly dev: Dev
  /** Sends orders, and returns their ids. */
  readonly order: (...orders: readonly Order[]) => Promise<readonly string[]>
  /** Waits until the numbers of all messages fit. */
  readonly until: (fits: (totals: Totals) => boolean) => Promise<void>
}

/** The kwargs of an order, as far as a test states them. */
export interface Order {
  readonly id: string
  readonly city?: 'Berlin' | 'Lagos' | 'Lima' | 'Atlantis'
  readonly card?: 'valid' | 'declined'
  readonly name?: string
  readonly items?: number
  readonly note?: string
  /** Content that no function expects. */
  readonly extra?: unknown
}

export const bodyOf = ({
  id,
  city = 'Berlin',
  card = 'valid',
  name = 'Ada',
  items = 3,
  note,
  extra,
}: Order): unknown => ({
  path: 'ORDER',
  kwargs: { id, customer: { name, city }, items, card, ...(note === undefined ? {} : { note }), extra },
})

/** Starts the shop of `shop/lpipe.config.ts`. */
export const startShop = async (options: DevOptions = {}): Promise<Shop> => {
  const config = fileURLToPath(new URL('shop/lpipe.config.ts', import.meta.url))
  const dev = await startDev({ config, port: 0, watch: false, title: 'Shop', print: () => {}, ...options })
  const totals = async (): Promise<Totals> => {
    const response = await fetch(`${dev.origin}/api/stats`, { headers: { authorization: `Bearer ${dev.token}` } })
    return ((await response.json()) as { totals: Totals }).totals
  }
  return {
    dev,
    order: (...orders) => dev.send('orders', orders.map(bodyOf)),
    until: async (fits) => {
      while (!fits(await totals())) await new Promise((resolve) => setTimeout(resolve, 100))
    },
  }
}
