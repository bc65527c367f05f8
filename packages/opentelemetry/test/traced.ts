import { type MemoryQueue, silentLogger, sqsEvent } from '@lpipe/testing'
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node'
import type { SQSEvent, SQSRecord } from 'aws-lambda'

export const quiet = silentLogger()

/** OpenTelemetry as a program sets it up, with an exporter that remembers. */
export const setUp = () => {
  const exporter = new InMemorySpanExporter()
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  provider.register()
  return { exporter, tracer: provider.getTracer('test'), shutdown: () => provider.shutdown() }
}

/** The records of a queue's messages, as Lambda would hand them over: with what travelled along as attributes. */
export const delivered = ({ sent, queue }: MemoryQueue): SQSEvent => {
  const bodies = sent.map(({ body }) => body)
  const { Records } = sqsEvent(bodies, { name: queue.name as string })
  return { Records: Records.map((record, index) => carrying(record, sent[index]?.entry.headers ?? {})) }
}

/** A record with message attributes. */
export const carrying = (record: SQSRecord, headers: Readonly<Record<string, string>>): SQSRecord => ({
  ...record,
  messageAttributes: Object.fromEntries(
    Object.entries(headers).map(([name, stringValue]) => [name, { stringValue, dataType: 'String' }]),
  ),
})

/** Spans as a tree of names, in the order in which they began; those whose parent is not among them are roots. */
export const treeOf = (spans: readonly ReadableSpan[]): Tree[] => {
  const begun = spans.toSorted(
    (a, b) => a.startTime[0] - b.startTime[0] || a.startTime[1] - b.startTime[1] || spans.indexOf(a) - spans.indexOf(b),
  )
  const ids = new Set(begun.map((span) => span.spanContext().spanId))
  const below = (parent: string | undefined): Tree[] =>
    begun
      .filter(({ parentSpanContext: from }) =>
        parent === undefined ? from === undefined || !ids.has(from.spanId) : from?.spanId === parent,
      )
      .map((span) => {
        const children = below(span.spanContext().spanId)
        return children.length === 0 ? span.name : { [span.name]: children }
      })
  return below(undefined)
}

export type Tree = string | { readonly [name: string]: readonly Tree[] }
