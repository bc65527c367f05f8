import middy from '@middy/core'
import { lpipe } from 'lpipe-preset'

const record = ({ id }: { id: string }) => `recorded ${id}`

export const handler = middy().use(lpipe({ paths: { RECORD: [record] } }))
