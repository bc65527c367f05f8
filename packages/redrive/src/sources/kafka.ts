import { isObject } from '@lpipe/core/middleware'
import type { RecordSource } from './source.ts'

/** Apache Kafka: an event says once, of all its records, where they come from; each record of a dead letter says it itself. */
export const kafka: RecordSource = {
  name: 'kafka',
  eventOf: (record) => {
    if (!isObject(record)) return { records: { '': [record] } }
    const { eventSource = 'aws:kafka', eventSourceArn, bootstrapServers, topicPartition, ...rest } = record
    const partition = topicPartition ?? `${rest['topic']}-${rest['partition']}`
    return { eventSource, eventSourceArn, bootstrapServers, records: { [String(partition)]: [rest] } }
  },
}
