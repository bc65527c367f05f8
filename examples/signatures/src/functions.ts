import type { Call } from '@lpipe/core'

interface Subscription {
  name: string
  /** @format email */
  email: string
  tier?: 'free' | 'paid'
}

/** @param email where the merch goes */
export async function subscribe({ name, email, tier = 'free' }: Subscription): Promise<string> {
  return `${name} <${email}> is on the ${tier} tier`
}

interface Shipment {
  to: { city: string; zip?: string }
  /** @asType integer */
  count: number
  fragile?: boolean
}

export const ship = ({ to, count, fragile = false }: Shipment, { logger }: Call): string => {
  logger.info(`${count} parcels`)
  return `${count} to ${to.city}${fragile ? ', with care' : ''}`
}
