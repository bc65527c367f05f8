import { isObject } from '@lpipe/core/middleware'

/** Returns the event with which Lambda would deliver a record: its shape says from which service it is. */
export const eventOf = (record: unknown): unknown => {
  if (!isObject(record)) return record
  if (typeof record['eventSource'] === 'string' || typeof record['EventSource'] === 'string') {
    return { Records: [record] }
  }
  const { topic, partition } = record
  if (typeof topic === 'string' && typeof partition === 'number') {
    return { eventSource: 'aws:kafka', records: { [`${topic}-${partition}`]: [record] } }
  }
  return record
}
