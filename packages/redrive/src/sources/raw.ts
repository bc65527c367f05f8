import { isObject } from '@lpipe/core/middleware'
import type { RecordSource } from './source.ts'

/** RAW events: an object or a text is an event itself, anything else was in an array. */
export const raw: RecordSource = {
  name: 'raw',
  eventOf: (record) => (isObject(record) || typeof record === 'string' ? record : [record]),
}
