import { setTimeout } from 'node:timers/promises'
import middy from '@middy/core'
import { FailButContinue, lpipe, payload, queue } from 'lpipe-preset'

const parcels = queue({ type: 'sqs', name: 'parcels', path: 'SHIP' })
const declined = queue({ type: 'sqs', name: 'declined' })

interface Charge {
  readonly id: string
  readonly name: string
  readonly city: string
  readonly cents: number
  readonly card: string
}

class CardDeclined extends FailButContinue {
  override name = 'CardDeclined'
}

const authorize = async ({ card, cents }: Charge) => {
  await setTimeout(12)
  if (card === 'declined') throw new CardDeclined(`the bank declined a charge of ${cents} cents`)
}

const capture = async ({ id, name, city }: Charge) => {
  await setTimeout(5)
  return payload({ queue: parcels, kwargs: { id, name, city } })
}

export const handler = middy().use(lpipe({ paths: { CHARGE: [authorize, capture] }, deadLetter: declined }))
