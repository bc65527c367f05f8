import { InvalidConfigurationError, InvalidPayloadError } from '@lpipe/core'
import { defineEnvelope, type Envelope } from '@lpipe/core/envelope'
import {
  checkOptions,
  type Enclosed,
  errorMessage,
  isAggregated,
  isNotInstalled,
  nonEmptyString,
} from '@lpipe/core/middleware'
import { type PathFrom, pathOf, pathRule } from './path.ts'

/** A record that the Kinesis Producer Library aggregated with others. */
export interface UserRecord {
  readonly partitionKey: string
  readonly explicitHashKey: string | undefined
}

/** A user record of `aws-kinesis-agg`. */
export interface AggregatedRecord {
  readonly partitionKey: string
  readonly explicitPartitionKey?: string | undefined
  /** Base64. */
  readonly data: string
}

/** Options of `kpl()`. */
export interface KplOptions {
  /**
   * `deaggregateSync` of the package `aws-kinesis-agg`, for a Lambda that is bundled. Default: the package is loaded when the
   * first aggregated record arrives.
   */
  deaggregateSync?(
    record: { readonly data: string },
    computeChecksums: boolean,
    callback: (error: unknown, userRecords?: readonly AggregatedRecord[]) => void,
  ): void
  /** The path of a user record, for example `({ partitionKey }) => ...`. Default: the record names its path itself. */
  readonly path?: PathFrom<UserRecord>
}

type DeaggregateSync = NonNullable<KplOptions['deaggregateSync']>

/**
 * Kinesis records that the Kinesis Producer Library aggregated: a message for each user record. Its keys are the headers
 * `partitionKey` and `explicitHashKey`. A record whose magic number or MD5 is wrong was not aggregated, and is one message.
 *
 * @throws InvalidConfigurationError, when made, for an option that is unknown or wrong; for an aggregated record, if
 * `aws-kinesis-agg` is not installed
 * @see https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
 * @example
 * middy().use(lpipe({ envelopes: [kpl()], paths: { CLICK: [count] } }))
 */
export const kpl = (options: KplOptions = {}): Envelope => {
  checkOptions('kpl', options, { deaggregateSync: 'function', path: pathRule })
  return defineEnvelope({
    name: 'kpl',
    opens: (body) => {
      if (!Buffer.isBuffer(body) || !isAggregated(body)) return undefined
      return userRecordsOf(body, options.deaggregateSync ?? loadLibrary()).map((record): Enclosed => {
        const { partitionKey } = record
        const explicitHashKey = nonEmptyString(record.explicitPartitionKey)
        return {
          body: Buffer.from(record.data, 'base64'),
          headers: { partitionKey, ...(explicitHashKey !== undefined && { explicitHashKey }) },
          path: pathOf(options.path, { partitionKey, explicitHashKey }),
        }
      })
    },
  })
}

const userRecordsOf = (bytes: Buffer, deaggregate: DeaggregateSync): readonly AggregatedRecord[] => {
  let records: readonly AggregatedRecord[] | undefined
  let isDamaged = false
  deaggregate({ data: bytes.toString('base64') }, false, (error, userRecords) => {
    if (error) isDamaged = true
    records = userRecords
  })
  // The library of Kinesis writes no empty one.
  if (isDamaged || records === undefined || records.length === 0)
    throw new InvalidPayloadError('its aggregated records cannot be read')
  return records
}

/** Not an import, because it must be synchronous, and because few Lambdas need it. Node remembers the module. */
const loadLibrary = (): DeaggregateSync => {
  try {
    const { createRequire } = process.getBuiltinModule('node:module')
    return createRequire(import.meta.url)('aws-kinesis-agg').deaggregateSync
  } catch (cause) {
    const problem = isNotInstalled(cause, 'aws-kinesis-agg')
      ? 'requires the package'
      : `could not load (${errorMessage(cause)}) the package`
    throw new InvalidConfigurationError(
      `kpl: ${problem} 'aws-kinesis-agg'. Install it: npm install aws-kinesis-agg. In a bundle, pass it: ` +
        "import { deaggregateSync } from 'aws-kinesis-agg'; kpl({ deaggregateSync })",
      { cause },
    )
  }
}
