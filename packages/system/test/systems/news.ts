import { sns as snsEnvelope } from '@lpipe/envelopes'
import { queueSns } from '@lpipe/queue-sns'
import { sns } from '@lpipe/source-sns'
import { system } from '@lpipe/system'
import middy from '@middy/core'
import { action, lpipe, queue } from 'lpipe-preset'

const take = ({ id }: { id: string }) => id

/** Publishes to a topic, by its ARN. */
const publisher = async () => {
  const name = 'arn:aws:sns:eu-west-1:123456789012:news'
  const news = queue({ type: 'sns', name, path: 'TAKE', sender: queueSns })
  return { handler: middy().use(lpipe({ paths: { WRITE: [action({ functions: [take], queues: [news] })] } })) }
}

const readers = {
  /** Reads the queue, with raw message delivery. */
  raw: async () => ({ handler: middy().use(lpipe({ paths: { TAKE: [take] } })) }),
  /** Opens notifications. */
  opening: async () => ({ handler: middy().use(lpipe({ envelopes: [snsEnvelope()], paths: { TAKE: [take] } })) }),
  /** Is invoked by the topic. */
  invoked: async () => ({ handler: middy().use(lpipe({ source: sns(), paths: { TAKE: [take] } })) }),
}

const deadLetter = { queue: 'dead', maxReceiveCount: 5 }

/** A topic that feeds two queues and a Lambda. */
export default system({
  topics: { news: {} },
  queues: {
    raw: { deadLetter, subscriptions: [{ topic: 'news', rawMessageDelivery: true }] },
    wrapped: { deadLetter, subscriptions: [{ topic: 'news', filterPolicy: { kind: ['sport'] } }] },
    dead: {},
  },
  functions: {
    publisher: { load: publisher },
    raw: { load: readers.raw, source: { queue: 'raw' } },
    opening: { load: readers.opening, source: { queue: 'wrapped' } },
    invoked: { load: readers.invoked, source: { topic: 'news', onFailure: 'dead' } },
  },
})
