import {
  batchChannel,
  checkOptions,
  type Envelope,
  enterMiddleware,
  isObject,
  type Rule,
  traceBatch,
} from '@lpipe/core/middleware'
import type { MiddlewareObj, Request } from '@middy/core'
import { decode } from './decode.ts'
import { detectSource, type SourceOption, sourcesFrom } from './detect.ts'
import { contentReader, readMessages } from './read-messages.ts'
import { roundedNumbersOf } from './rounded-numbers.ts'

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
    expected: 'an array of envelopes, for example `[sns()]` of @lpipe/envelopes',
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
      batch.receive(readMessages(batch, source, records, contentsOf))
      // With envelopes the content of each was checked when it was opened.
      const reading = envelopes.length > 0 ? {} : source
      const onRounded = roundedNumbersOf(batch)
      batch.use({ prepare: (message) => decode(message, reading, onRounded) })
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
