import { type EventSource, InvalidPayloadError } from '@lpipe/core'
import { getOwn, nonEmptyString, parseJson } from '@lpipe/core/middleware'
import middy from '@middy/core'
import { lpipe, payload, queue } from 'lpipe-preset'

/** An event source of the user's own: `{ boxes: [{ id, content }] }`. */
export const boxes: EventSource = {
  name: 'boxes',
  reports: 'each',
  recordsOf: (event) => getOwn(event, 'boxes') as readonly unknown[] | undefined,
  idOf: (record) => nonEmptyString(getOwn(record, 'id')),
  bodyOf: (record) => getOwn(record, 'content'),
  eventOf: (record) => ({ boxes: [record] }),
  withText: (record, text) => ({ ...(record as object), content: parseJson(text) }),
  sentOf: (record) => {
    const body = JSON.stringify(getOwn(record, 'content'))
    if (body === undefined) throw new InvalidPayloadError('a box has a content')
    return { type: 'sqs', body }
  },
}

const parcels = queue({ type: 'sqs', name: 'parcels' })
const pack = ({ id }: { id: number }) => payload({ queue: parcels, kwargs: { id } })

export const handler = middy().use(lpipe({ source: boxes, call: pack }))
