import { batchChannel, checkOptions, openBatch, type Rule, type Source, traceBatch } from '@lpipe/core'
import type { MiddlewareObj, Request } from '@middy/core'
import { decodeAll } from './decode.ts'
import { kinesis } from './kinesis.ts'
import { raw, rawRecordsOf } from './raw.ts'
import { recordsOf, sourceOf } from './source.ts'
import { sqs } from './sqs.ts'

export interface BatchDecoderOptions {
  /** where events come from; told by their records if not given. Records of another source are refused */
  readonly source?: Source
}

/** The rules of its options. */
export const batchDecoderRules = { source: ['sqs', 'kinesis', 'raw'] } as const satisfies Record<
  keyof BatchDecoderOptions,
  Rule
>

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
  checkOptions('batchDecoder', options, batchDecoderRules)
  const { source } = options

  return {
    before: function batchDecoderBefore(request: Request<unknown, unknown>): void {
      const { event } = request
      const batch = openBatch(request)
      batch.source = sourceOf(event, source)
      if (batchChannel.hasSubscribers) traceBatch(batch)
      decodeAll(batch, batch.source === 'raw' ? rawRecordsOf(event) : recordsOf(event), formats[batch.source])
    },
  }
}

const formats = { sqs, kinesis, raw }
