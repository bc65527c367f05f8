import middy from '@middy/core'
import { lpipe } from 'lpipe-preset'

const count = ({ item }: { item: string }) => `counted ${item}`

export const handler = middy().use(lpipe({ paths: { COUNT: [count] } }))
