/** A queue in the graph, to which this event sends nothing. */
import middy from '@middy/core'
import { action, lpipe, queue } from 'lpipe-preset'

const work = async (_: { id: number }): Promise<void> => undefined
const next = queue({ type: 'sqs', name: 'next' })

export const handler = middy().use(
  lpipe({ paths: { JOB: [work], SEND: [action({ includeAllParams: true, queues: [next] })] } }),
)
