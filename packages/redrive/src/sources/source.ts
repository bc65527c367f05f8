import type { EventSource } from '@lpipe/core'

/**
 * What redrive asks an event source. The answers of lpipe's own sources stand in this folder and not in their packages,
 * because no Lambda needs them.
 */
export type RecordSource = Pick<EventSource, 'name' | 'eventOf' | 'withText' | 'sentOf'> & Partial<EventSource>
