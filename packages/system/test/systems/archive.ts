import middy from '@middy/core'
import { lpipe } from 'lpipe-preset'

const store = ({ id }: { id: string }) => id

export const handler = middy().use(lpipe({ paths: { ORDERED: [store], RETURNED: [store] } }))
