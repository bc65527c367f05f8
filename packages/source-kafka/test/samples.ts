import type { KafkaRecord } from '@lpipe/source-kafka'
import type { MSKEvent, SelfManagedKafkaEvent } from 'aws-lambda'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const bootstrapServers = 'b-1.shop.a1bcde.c1.kafka.us-east-1.amazonaws.com:9092'
const eventSourceArn = 'arn:aws:kafka:us-east-1:123456789012:cluster/shop/751d2973-a626-431c-9d4e-d7975eb44dd7-2'

const record = {
  topic: 'orders',
  partition: 0,
  offset: 15,
  timestamp: 1_767_348_672_000,
  timestampType: 'CREATE_TIME',
  key: base64('order-7'),
  value: base64('{"id":7}'),
  headers: [{ traceparent: [...Buffer.from('00-1-2-01')] }, { name: [77, -61, -68, 108, 108, 101, 114] }],
} as const satisfies KafkaRecordOfAws

/** A record of AWS's types, without its readonly members. */
type KafkaRecordOfAws = { readonly [K in keyof MSKEvent['records'][string][number]]: unknown }

const recordOf = (topic: string, partition: number, offset: number) => ({
  ...record,
  headers: record.headers.map((header) => ({ ...header })) as unknown as { [name: string]: number[] }[],
  topic,
  partition,
  offset,
})

/** As Lambda hands it over. @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html */
export const mskEvent: MSKEvent = {
  eventSource: 'aws:kafka',
  eventSourceArn,
  bootstrapServers,
  records: {
    'orders-0': [recordOf('orders', 0, 15), recordOf('orders', 0, 16)],
    'orders-1': [recordOf('orders', 1, 15)],
    'order-lines-0': [recordOf('order-lines', 0, 15)],
  },
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html */
export const selfManagedEvent: SelfManagedKafkaEvent = {
  eventSource: 'SelfManagedKafka',
  bootstrapServers: 'kafka.example.com:9092',
  records: { 'orders-0': [recordOf('orders', 0, 15)] },
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-msk.html */
export const pipesEvent = [15, 16].map((offset) => ({
  ...recordOf('orders', 0, offset),
  eventSource: 'aws:kafka',
  eventSourceArn,
  eventSourceKey: 'orders-0',
  partition: '0',
}))

/** What a mapping with a schema registry adds. */
export const schemaMetadata: Pick<KafkaRecord, 'valueSchemaMetadata'> = {
  valueSchemaMetadata: { dataFormat: 'AVRO', schemaId: '1234' },
}
