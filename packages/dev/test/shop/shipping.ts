import { sns } from '@lpipe/envelopes'
import middy from '@middy/core'
import { lpipe } from 'lpipe-preset'
import { label } from './label.ts'

const ship = ({ item }: { item: string }) => {
  console.log(label(item))
}

export const handler = middy().use(lpipe({ paths: { SHIP: [ship] }, envelopes: [sns()] }))
