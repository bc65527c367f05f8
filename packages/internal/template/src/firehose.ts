import type { EventSource, LpipeContext, Message } from '@lpipe/core'
import { bytesOf, getOwn, nonEmptyString, parseJsonBytes } from '@lpipe/core/middleware'

/** Amazon Data Firehose's transformation: the `data` of a record is base64 of JSON text. */
export const firehose: EventSource = {
  name: 'firehose',
  reports: 'each',
  recordsOf: (event) => {
    const records = getOwn(event, 'records')
    return typeof getOwn(event, 'deliveryStreamArn') === 'string' && Array.isArray(records) ? records : undefined
  },
  idOf: (record) => nonEmptyString(getOwn(record, 'recordId')),
  bodyOf: (record) => parseJsonBytes(bytesOf(getOwn(record, 'data'))),
}

/** A record of the response. */
export interface TransformedRecord {
  readonly recordId: unknown
  readonly result: 'Ok' | 'Dropped' | 'ProcessingFailed'
  /** Base64. */
  readonly data: unknown
}

/** The response that Firehose expects. */
export interface Transformation {
  readonly records: readonly TransformedRecord[]
}

const results = { succeeded: 'Ok', dropped: 'Dropped', failed: 'ProcessingFailed' } as const

/** The output of a message is the transformed data: a line of JSON. Without an output the data stays as it is. */
const transformed = ({ record, outcome = 'failed', result }: Message): TransformedRecord => {
  const output: unknown = result?.status === 'fulfilled' ? result.value : undefined
  return {
    recordId: getOwn(record, 'recordId'),
    result: results[outcome],
    data: output === undefined ? getOwn(record, 'data') : Buffer.from(`${JSON.stringify(output)}\n`).toString('base64'),
  }
}

/**
 * Wraps a handler of `middy().use(lpipe({ source: firehose, ... }))`, and returns Firehose's response instead of the names of the
 * failed records.
 *
 * @throws the error of the handler: Firehose then invokes the function again
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */
export const transformation =
  <C>(handler: (event: unknown, context: C) => unknown) =>
  async (event: unknown, context: C): Promise<Transformation> => {
    await handler(event, context)
    const { lpipe } = context as LpipeContext
    return { records: lpipe.received.map(transformed) }
  }
