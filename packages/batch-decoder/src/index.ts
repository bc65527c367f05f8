import { type EventSource, FailCatastrophically, InvalidPayloadError } from '@lpipe/core'
import {
  BatchMessage,
  batchChannel,
  checkOptions,
  dispositionOf,
  type Envelope,
  enterMiddleware,
  envelopeHint,
  errorMessage,
  type InvocationBatch,
  invalidConfiguration,
  isObject,
  type MessageContent,
  messageIdOf,
  notPromise,
  type OpenedSoFar,
  type Rule,
  throwInvalidRecord,
  traceBatch,
  tryOr,
  typeName,
} from '@lpipe/core/middleware'
import type { MiddlewareObj, Request } from '@middy/core'
import { detectSource, type SourceOption, sourcesFrom } from './detect.ts'

export type { SourceName, SourceOption } from './detect.ts'
export { kinesis } from './sources/kinesis.ts'
export { raw } from './sources/raw.ts'
export { sqs } from './sources/sqs.ts'

/** Options of `batchDecoder()`. */
export interface BatchDecoderOptions {
  /**
   * Where events come from: `'sqs'`, `'kinesis'`, `'raw'`, an EventSource, or a list that is tried in order. Default: the
   * first of the three names that the event belongs to. Set it for a Lambda that can be called from outside AWS, because
   * otherwise the event itself says where it comes from.
   */
  readonly source?: SourceOption
  /**
   * What messages are wrapped in: SNS notifications, EventBridge events, compressed data and so on, of `@lpipe/envelopes`. They
   * are tried in order, and they may be nested. Records are then opened when the event is read, because a record may hold
   * several messages. Default: none, and a record is decoded when its message is about to run.
   */
  readonly envelopes?: readonly Envelope[]
}

const isEnvelope = (value: unknown): boolean =>
  isObject(value) && ['opens', 'open'].every((name) => typeof value[name] === 'function')

/** The rules of its options. */
export const batchDecoderRules = {
  source: 'any',
  envelopes: {
    expected: 'an array of envelopes, as defineEnvelope() makes them',
    accepts: (value) => Array.isArray(value) && value.every(isEnvelope),
  },
} as const satisfies Record<keyof BatchDecoderOptions, Rule>

/**
 * Makes the messages of the batch from the event's records. A record is decoded when its message is about to run; if it
 * cannot be decoded, only its message ends, with an InvalidPayloadError. With `envelopes` all records are opened at once.
 *
 * @throws InvalidConfigurationError, when made, for an unknown option or source
 * @throws InvalidPayloadError, at an invocation, for an event that belongs to none of the sources
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 * @example
 * middy(handler).use([batchResponse(), errorClassifier(), batchDecoder({ source: 'sqs' }), messageNormalizer()])
 */
export const batchDecoder = (options: BatchDecoderOptions = {}): MiddlewareObj<unknown, unknown> => {
  checkOptions('batchDecoder', options, batchDecoderRules)
  const { envelopes = [] } = options
  const sources = sourcesFrom(options.source, (event) => envelopes.some((envelope) => isOpenedBy(envelope, event)))
  const contentsOf = contentReader(envelopes)

  return {
    before: function batchDecoderBefore(request: Request<unknown, unknown>): void {
      const batch = enterMiddleware(request, 'batchDecoder', 'batchResponse')
      const { source, records } = detectSource(request.event, sources)
      batch.source = source
      batch.received = messagesOf(batch, source, records, contentsOf)
      // With envelopes the content of each was checked when it was opened.
      const contentOf = envelopes.length > 0 ? undefined : source.contentOf
      batch.use({ prepare: (message) => decode(message, contentOf) })
      if (batchChannel.hasSubscribers) traceBatch(batch)
    },
  }
}

/** Whether an event is itself an envelope, as the S3 notification of a Lambda that S3 invokes. */
const isOpenedBy = ({ opens }: Envelope, event: unknown): boolean => {
  try {
    return opens(event, event, {}) !== undefined
  } catch {
    return true // it is one that cannot be opened
  }
}

type ContentReader = (
  source: EventSource,
  record: unknown,
  soFar: OpenedSoFar,
) => readonly (MessageContent | undefined)[]

/** Returns what reads the messages of a record, undefined if each record is one message. */
const contentReader = ([envelope, ...others]: readonly Envelope[]): ContentReader | undefined =>
  envelope === undefined
    ? undefined
    : (source, record, soFar) => envelope.open(source, record, [envelope, ...others], soFar)

/** Makes the messages of records: one for each, unless there are envelopes, or the source says that a record holds several. */
const messagesOf = (
  batch: InvocationBatch,
  source: EventSource,
  records: readonly unknown[],
  contentsOf: ContentReader | undefined = source.bodiesOf && bodiesOf,
): BatchMessage[] => {
  if (contentsOf === undefined) {
    return records.map((record, index) => new BatchMessage(source, batch, record, index, index))
  }
  const messages: BatchMessage[] = []
  const soFar: OpenedSoFar = { bytes: 0, messages: 0 }
  for (const [recordIndex, record] of records.entries()) {
    for (const content of contentsOf(source, record, soFar)) {
      messages.push(new BatchMessage(source, batch, record, recordIndex, messages.length, content))
    }
  }
  return messages
}

/** Returns the bodies of a record. A record that cannot be decoded is one message, which ends with the error. */
const bodiesOf: ContentReader = (source, record) => {
  try {
    const bodies = notPromise(source.bodiesOf?.(record), '`bodiesOf`')
    return bodies?.map((body, position) => ({ body: () => body, position })) ?? [undefined]
  } catch (error) {
    const body = (): never => {
      throw error
    }
    return [{ body, position: 0 }]
  }
}

/** @param contentOf for a record that is in an envelope, without the option: the error names the fix */
const decode = (message: BatchMessage, contentOf: EventSource['contentOf']): void => {
  let body: unknown
  try {
    body = notPromise(message.decode(), '`bodyOf`')
  } catch (error) {
    // A revoked proxy throws at `instanceof`.
    if (tryOr(() => error instanceof InvalidPayloadError, false)) {
      refuseEnvelope(
        message,
        tryOr(() => contentOf?.(message.record), undefined),
      )
      throwInvalidRecord(message, errorMessage(error))
    }
    if (dispositionOf(error) !== undefined) throw error
    const id = messageIdOf(message)
    throw new FailCatastrophically(`record ${id}: the event source threw ${errorMessage(error)}`, { cause: error })
  }
  if (!isObject(body)) {
    refuseEnvelope(message, body)
    throwInvalidRecord(message, `its body must be an object, received ${typeName(body)}`)
  }
  message.body = body
}

/** @throws InvalidConfigurationError, which keeps the message on its queue, if a content looks like an envelope */
const refuseEnvelope = (message: BatchMessage, content: unknown): void => {
  const hint = envelopeHint(content)
  if (hint !== undefined) invalidConfiguration(`record ${messageIdOf(message)}: ${hint}`)
}
