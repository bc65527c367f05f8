/** Each message of this event is forwarded. */
import middy from '@middy/core'
import { action, lpipe, queue } from 'lpipe-preset'

const next = queue({ type: 'sqs', url: process.env['NEXT_URL'] as string })

export const handler = middy().use(lpipe({ paths: { JOB: [action({ includeAllParams: true, queues: [next] })] } }))
