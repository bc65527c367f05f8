import middy from '@middy/core'
import { lpipe } from 'lpipe-preset'

const work = async (_: { id: number }): Promise<void> => undefined

export const handler = middy().use(lpipe({ paths: { JOB: [work] } }))
