import type { KinesisClient, PutRecordsCommandOutput } from '@aws-sdk/client-kinesis'
import { checkOptions, type Entry, headersName, type Refusal, type Sender } from '@lpipe/core'
import { loadSdk, type Sdk } from './sdk.ts'

export interface QueueKinesisOptions {
  /**
   * The client to send with. Else one is made at the first send, from the SDK's own environment: region, credentials,
   * `AWS_ENDPOINT_URL_KINESIS`.
   */
  readonly client?: KinesisClient
  /** the most records of a call: 500, or fewer */
  readonly maxEntries?: number
  /** the most bytes of a call, keys counted: 10 MiB, or fewer */
  readonly maxBytes?: number
}

/**
 * Sends to Amazon Kinesis Data Streams with `PutRecords`. `@aws-sdk/client-kinesis` is imported at the first send, never
 * before.
 *
 * @throws InvalidConfigurationError, when made, for an unknown option; at a send, if the SDK is not installed
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
 */
export const queueKinesis = (options: QueueKinesisOptions = {}): Sender => {
  checkOptions('queueKinesis', options, { client: 'any', maxEntries: 1, maxBytes: 1 })
  const { maxEntries = 500, maxBytes = 10 * 1024 * 1024 } = options
  let sdk: Promise<Sdk> | undefined

  const connect = (): Promise<Sdk> => {
    sdk ??= loadSdk(options.client).catch((error: unknown) => {
      sdk = undefined // the next send tries again
      throw error
    })
    return sdk
  }

  return {
    maxEntries,
    maxBytes,
    sizeOf: (entry) => Buffer.byteLength(dataOf(entry)) + Buffer.byteLength(keyOf(entry)),
    orderOf: keyOf,
    send: async ({ name }, entries, { signal: abortSignal }) => {
      const { client, PutRecordsCommand } = await connect()
      const Records = entries.map((entry) => ({ Data: Buffer.from(dataOf(entry)), PartitionKey: keyOf(entry) }))
      const sent = await client.send(new PutRecordsCommand({ StreamName: name, Records }), { abortSignal })
      return reconcile(entries.length, sent)
    },
  }
}

/** A Kinesis record has no attributes: what travels along is a member of the data, beside path and kwargs. */
const dataOf = ({ queue, body, headers, trace }: Omit<Entry, 'size'>): string => {
  if (queue.path === undefined) return body
  const along = trace === undefined ? headers : { ...headers, AWSTraceHeader: trace }
  return `${body.slice(0, -1)},"${headersName}":${JSON.stringify(along)}}`
}

/** The same data goes to the same shard, and different data is spread. */
const keyOf = ({ partitionKey, body }: Pick<Entry, 'partitionKey' | 'body'>): string =>
  partitionKey ?? process.getBuiltinModule('node:crypto').hash('sha256', body)

/** Kinesis answers with one entry for each record, in order. One it leaves out was not accepted, as far as anybody knows. */
const reconcile = (count: number, { Records = [] }: PutRecordsCommandOutput): (Refusal | undefined)[] =>
  Array.from({ length: count }, (_, index) => {
    const { SequenceNumber, ErrorCode = 'NoAnswer', ErrorMessage } = Records[index] ?? {}
    if (SequenceNumber !== undefined) return undefined
    return { code: ErrorCode, reason: ErrorMessage ?? 'Kinesis did not say what became of it', senderFault: false }
  })
