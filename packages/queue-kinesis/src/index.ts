import type { PutRecordsCommandOutput } from '@aws-sdk/client-kinesis'
import { type Queue, type Sender, UndeliverableError } from '@lpipe/core'
import { type AwsClient, clientOf, notMentioned, onceLoaded } from '@lpipe/core/aws'
import {
  addHeadersMember,
  checkOptions,
  invalidConfiguration,
  queueLabel,
  type Rules,
  sha256,
} from '@lpipe/core/middleware'
import type { Entry, Prepared, SendFailure } from '@lpipe/core/outbox'
import { defineSender, optionText } from '@lpipe/core/outbox'
import { loadSdk } from './sdk.ts'

/** Options of `queueKinesis()`. */
export interface QueueKinesisOptions {
  /**
   * The `KinesisClient` to send with. Default: one made at the first send, from the SDK's own environment: region, credentials,
   * `AWS_ENDPOINT_URL_KINESIS`.
   */
  readonly client?: AwsClient
  /** Most records of a call. Default, and at most: 500. */
  readonly maxEntries?: number
  /** Most bytes of a call, keys included. Default, and at most: 10 MiB. */
  readonly maxBytes?: number
}

/** A record as Kinesis takes it. */
export interface Wire {
  readonly Data: Uint8Array
  readonly PartitionKey: string
}

/** Most characters of a partition key. @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecordsRequestEntry.html */
const maxKeyLength = 256

const queueOptions = {
  partitionKey: {
    expected: `a string of 1 to ${maxKeyLength} characters or a function`,
    accepts: (value) =>
      typeof value === 'function' || (typeof value === 'string' && value !== '' && value.length <= maxKeyLength),
  },
  strictOrder: 'boolean',
} as const satisfies Rules

const checkKinesisQueue = (queue: Queue): void => {
  const { name, url } = queue
  if (url !== undefined) invalidConfiguration(`queue ${queueLabel(queue)}: a stream has no \`url\`; set \`name\``)
  if (!/^[\w.-]{1,128}$/.test(name ?? '')) {
    invalidConfiguration(
      `queue ${queueLabel(queue)}: \`name\` must have 1 to 128 characters of A-Z, a-z, 0-9, \`_\`, \`.\` and \`-\``,
    )
  }
}

const queueType = { queueOptions, checkQueue: checkKinesisQueue }

/**
 * Sends to Amazon Kinesis Data Streams with `PutRecords`. `@aws-sdk/client-kinesis` is imported at the first send.
 *
 * Rights: `kinesis:PutRecords`.
 *
 * @throws InvalidConfigurationError, when made, for an unknown option; at a send, if the SDK is not installed
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
 * @example
 * middy().use(lpipe({ paths, senders: { kinesis: queueKinesis({ maxEntries: 100 }) } }))
 */
// Pure, so that a bundler removes it from a Lambda that sends nothing.
export const queueKinesis = /* @__PURE__ */ Object.assign((options: QueueKinesisOptions = {}): Sender<Wire> => {
  checkOptions('queueKinesis', options, { client: clientOf('Kinesis'), maxEntries: 'count', maxBytes: 'count' })
  const { client, maxEntries = 500, maxBytes = 10 * 1024 * 1024 } = options
  const connect = onceLoaded(() => loadSdk(client))

  return defineSender<Wire>({
    ...queueType,
    maxEntries: Math.min(500, maxEntries),
    maxBytes: Math.min(10 * 1024 * 1024, maxBytes),
    prepare: prepareEntry,
    send: async ({ name }, wires, abortSignal) => {
      const { client, PutRecordsCommand } = await connect()
      const command = new PutRecordsCommand({ StreamName: name, Records: [...wires] })
      return reconcile(wires.length, await client.send(command, { abortSignal }))
    },
  })
}, queueType)

/** Turns an entry into a record. The same data goes to the same shard, and different data is spread. */
const prepareEntry = (entry: Entry): Prepared<Wire> => {
  const { queue, body } = entry
  const own = optionText(entry, 'partitionKey')
  const PartitionKey = own ?? sha256(body)
  if (PartitionKey.length > maxKeyLength) {
    throw new UndeliverableError(
      `cannot send to ${queueLabel(queue)}: its partition key has ${PartitionKey.length} characters, and the limit is ${maxKeyLength}`,
    )
  }
  const Data = Buffer.from(dataOf(entry))
  return {
    wire: { Data, PartitionKey },
    size: Data.length + Buffer.byteLength(PartitionKey),
    orderingKey: PartitionKey,
    // Kinesis may refuse a record of a call and accept later ones of its key. One key for all records is set for order alone.
    isStrict: typeof queue.options['partitionKey'] === 'string',
  }
}

/** Adds the headers as a member of the data, beside `path` and `kwargs`. */
const dataOf = ({ queue, body, headers, traceHeader }: Entry): string => {
  if (queue.path === undefined) return body
  const along = traceHeader === undefined ? headers : { ...headers, AWSTraceHeader: traceHeader }
  return addHeadersMember(body, along)
}

/** Kinesis returns one answer per record, in order. A record without an answer does not count as accepted. */
const reconcile = (count: number, { Records = [] }: PutRecordsCommandOutput): (SendFailure | undefined)[] =>
  Array.from({ length: count }, (_, index) => {
    const record = Records[index]
    if (record === undefined) return notMentioned('Kinesis', 'record')
    // A client of another make may leave null, or an empty text.
    if (record.SequenceNumber && !record.ErrorCode) return undefined
    // Its `ErrorMessage` names the stream and the account, and may quote the key.
    return { code: record.ErrorCode || 'Unknown', reason: 'Kinesis refused the record', senderFault: false }
  })
