import { type EventSource, FailCatastrophically, InvalidPayloadError } from '@lpipe/core'
import {
  BatchMessage,
  batchChannel,
  checkOptions,
  dispositionOf,
  enterMiddleware,
  errorMessage,
  type InvocationBatch,
  isObject,
  messageIdOf,
  notPromise,
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
}

/** The rules of its options. */
export const batchDecoderRules = { source: 'any' } as const satisfies Record<keyof BatchDecoderOptions, Rule>

/**
 * Makes the messages of the batch from the event's records. A record is decoded when its message is about to run; if it
 * cannot be decoded, only its message ends, with an InvalidPayloadError.
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
  const sources = sourcesFrom(options.source)

  return {
    before: function batchDecoderBefore(request: Request<unknown, unknown>): void {
      const batch = enterMiddleware(request, 'batchDecoder', 'batchResponse')
      const { source, records } = detectSource(request.event, sources)
      batch.source = source
      batch.received = messagesOf(batch, source, records)
      batch.use({ prepare: decode })
      if (batchChannel.hasSubscribers) traceBatch(batch)
    },
  }
}

/** Makes the messages of records: one for each, unless the source says that a record holds several. */
const messagesOf = (batch: InvocationBatch, source: EventSource, records: readonly unknown[]): BatchMessage[] => {
  if (source.bodiesOf === undefined) {
    return records.map((record, index) => new BatchMessage(source, batch, record, index, index))
  }
  const messages: BatchMessage[] = []
  for (const [recordIndex, record] of records.entries()) {
    for (const body of bodiesOf(source, record)) {
      messages.push(new BatchMessage(source, batch, record, recordIndex, messages.length, body))
    }
  }
  return messages
}

/** Returns the bodies of a record. A record that cannot be decoded is one message, which ends with the error. */
const bodiesOf = (source: EventSource, record: unknown): readonly ((() => unknown) | undefined)[] => {
  try {
    return source.bodiesOf?.(record)?.map((body) => () => body) ?? [undefined]
  } catch (error) {
    return [
      () => {
        throw error
      },
    ]
  }
}

const decode = (message: BatchMessage): void => {
  let body: unknown
  try {
    body = notPromise(message.decode(), '`bodyOf`')
  } catch (error) {
    // A revoked proxy throws at `instanceof`.
    if (tryOr(() => error instanceof InvalidPayloadError, false)) throwInvalidRecord(message, errorMessage(error))
    if (dispositionOf(error) !== undefined) throw error
    const id = messageIdOf(message)
    throw new FailCatastrophically(`record ${id}: the event source threw ${errorMessage(error)}`, { cause: error })
  }
  message.body = isObject(body)
    ? body
    : throwInvalidRecord(message, `its body must be an object, received ${typeName(body)}`)
}
