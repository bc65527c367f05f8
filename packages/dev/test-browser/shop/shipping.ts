import { setTimeout } from 'node:timers/promises'
import middy from '@middy/core'
import { FailCatastrophically, lpipe, payload, queue } from 'lpipe-preset'

const audit = queue({ type: 'kinesis', name: 'audit', path: 'RECORD' })

interface Shipment {
  readonly id: string
  readonly name: string
  readonly city: string
}

class NoCarrier extends FailCatastrophically {
  override name = 'NoCarrier'
}

const chooseCarrier = ({ name, city }: Shipment) => {
  if (city === 'Atlantis') throw new NoCarrier(`no carrier delivers to ${name} in ${city}`)
}

const printLabel = async ({ id, city }: Shipment) => {
  await setTimeout(6)
  console.log(`label for ${id}`)
  return payload({ queue: audit, kwargs: { id, city } })
}

export const handler = middy().use(lpipe({ paths: { SHIP: [chooseCarrier, printLabel] } }))
