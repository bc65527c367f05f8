import { type Batch, inWords, type Message, type Queue } from '@lpipe/core'
import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api'

/** Says of a span that it ended with an error, whatever was thrown. */
export const failSpan = (span: Span, error: unknown): void => {
  const words = inWords(error)
  span.setStatus({ code: SpanStatusCode.ERROR, message: words })
  span.setAttribute('error.type', words.split(':', 1)[0] ?? 'Error')
  span.recordException(error instanceof Error ? error : words)
}

const systems = { sqs: 'aws_sqs', kinesis: 'aws_kinesis' } as const

/**
 * What is known of a message before it runs.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
 */
export const attributesOf = ({ source, context }: Batch, message: Message): Attributes => ({
  'messaging.operation.name': 'process',
  'messaging.operation.type': 'process',
  ...(source === 'sqs' || source === 'kinesis' ? { 'messaging.system': systems[source] } : {}),
  ...given('messaging.destination.name', nameOfSource(message)),
  ...given('messaging.message.id', message.id),
  ...given('faas.invocation_id', context.awsRequestId),
})

/** The queue's or stream's name: the last part of its ARN. */
export const nameOfSource = ({ eventSource }: Message): string | undefined => eventSource?.split(/[:/]/).at(-1)

export const sendAttributesOf = (queue: Queue, count: number): Attributes => ({
  'messaging.operation.name': 'send',
  'messaging.operation.type': 'send',
  'messaging.system': systems[queue.type as keyof typeof systems] ?? queue.type,
  'messaging.destination.name': nameOfQueue(queue),
  'messaging.batch.message_count': count,
})

export const nameOfQueue = ({ name, url, type }: Queue): string => name ?? url?.split('/').at(-1) ?? type

export const given = (name: string, value: string | undefined): Attributes =>
  value === undefined ? {} : { [name]: value }
