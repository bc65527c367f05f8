import type { EventSource, LpipeContext, Message } from '@lpipe/core'
import { bytesOf, getOwn, nonEmptyString, parseJsonBytes } from '@lpipe/core/middleware'

const contentOf = (record: unknown): Buffer => bytesOf(getOwn(record, 'data'))

/** Amazon Data Firehose's transformation: the `data` of a record is base64 of JSON text, or of an envelope, such as log events. */
export const firehose: EventSource = {
  name: 'firehose',
  reports: 'each',
  recordsOf: (event) => {
    const records = getOwn(event, 'records')
    return typeof getOwn(event, 'deliveryStreamArn') === 'string' && Array.isArray(records) ? records : undefined
  },
  idOf: (record) => nonEmptyString(getOwn(record, 'recordId')),
  bodyOf: (record, content = contentOf(record)) => parseJsonBytes(content as Buffer),
  contentOf,
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

/** The output of a message is the transformed data: a line of JSON. Without an output the data stays as it is. */
const transformed = (record: unknown, messages: readonly Message[]): TransformedRecord => {
  const outputs = messages.map(({ result }): unknown => (result?.status === 'fulfilled' ? result.value : undefined))
  const lines = outputs.filter((output) => output !== undefined).map((output) => `${JSON.stringify(output)}\n`)
  return {
    recordId: getOwn(record, 'recordId'),
    result: resultOf(messages.map(({ outcome }) => outcome)),
    data: lines.length === 0 ? getOwn(record, 'data') : Buffer.from(lines.join('')).toString('base64'),
  }
}

/** Firehose drops a record in which nothing is to be done, such as a control message of CloudWatch Logs. */
const resultOf = (outcomes: readonly Message['outcome'][]): TransformedRecord['result'] => {
  if (outcomes.includes('failed')) return 'ProcessingFailed'
  return outcomes.includes('succeeded') ? 'Ok' : 'Dropped'
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
    const messages = Map.groupBy(lpipe.received, ({ recordIndex }) => recordIndex)
    const records = firehose.recordsOf(event) ?? []
    return { records: records.map((record, index) => transformed(record, messages.get(index) ?? [])) }
  }
