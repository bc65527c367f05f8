import { type Batch, channels, checkOptions, InvalidConfigurationError, openBatch, type Source } from '@lpipe/core'
import type { MiddlewareObj, Request } from '@middy/core'
import { decodeKinesis } from './kinesis.ts'
import { decodeRaw } from './raw.ts'
import { givenSource, sourceOf } from './source.ts'
import { decodeSqs } from './sqs.ts'

export interface BatchDecoderOptions {
  /** where events come from; told by their records if not given. Records of another source are refused */
  readonly source?: Source
}

/**
 * Turns the event into the batch's messages, one for each record. A record that cannot be decoded is a message that is
 * over already, with an InvalidPayloadError; the others are not touched by it.
 *
 * @throws InvalidConfigurationError, when made, for an unknown option or source
 * @throws InvalidPayloadError, at an invocation, for an event that is no batch of a known source
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 */
export const batchDecoder = (options: BatchDecoderOptions = {}): MiddlewareObj<unknown, unknown> => {
  checkOptions('batchDecoder', options, ['source'])
  const { source } = options
  if (source !== undefined && !Object.hasOwn(decoders, source)) {
    throw new InvalidConfigurationError(
      `batchDecoder: unknown source '${String(source)}'. Use one of: ${Object.keys(decoders).join(', ')}`,
    )
  }

  return {
    before: function batchDecoderBefore(request: Request<unknown, unknown>): void | Promise<void> {
      const batch = openBatch(request)
      batch.source = source === undefined ? sourceOf(request.event) : givenSource(source, request.event)
      if (channels.batch.hasSubscribers) {
        batch.trace = { batch }
        channels.batch.start.publish(batch.trace)
        channels.batch.end.publish(batch.trace) // what follows is asynchronous
      }
      return decoders[batch.source](batch, request.event)
    },
  }
}

const decoders: Readonly<Record<Source, (batch: Batch, event: unknown) => void | Promise<void>>> = {
  sqs: decodeSqs,
  kinesis: decodeKinesis,
  raw: decodeRaw,
}
