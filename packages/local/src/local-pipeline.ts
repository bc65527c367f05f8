import type { KinesisClient } from '@aws-sdk/client-kinesis'
import type { SNSClient } from '@aws-sdk/client-sns'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { DrainedOptions } from './drained.ts'
import type { Environment } from './environment.ts'
import type { SendOptions } from './send.ts'
import type { StoredMessage } from './sqs-server.ts'
import type { FunctionStatistics } from './statistics.ts'

/** Queues, streams and functions that run in this process. */
export interface LocalPipeline {
  /** The AWS clients of the local servers. For senders: `queueSqs({ client: pipeline.clients.sqs })`. */
  readonly clients: { readonly sqs: SQSClient; readonly sns: SNSClient; readonly kinesis: KinesisClient }
  /**
   * The environment variables that lead the AWS SDK to the local servers. They are set in `process.env`, unless
   * `environment` is false.
   */
  readonly environment: Environment
  /** The URL of each queue, by name. */
  readonly urls: Readonly<Record<string, string>>
  /** The ARN of each topic, by name: what code names a topic by. */
  readonly topicArns: Readonly<Record<string, string>>
  /**
   * Sends messages to a queue, a stream or a topic of this pipeline. A string is sent as it is, any other value as JSON.
   *
   * @returns the message ids or the sequence numbers, in order
   * @throws InvalidConfigurationError if there is no such queue, stream or topic
   * @throws Error if a message is refused
   */
  readonly send: <T>(to: string, messages: readonly T[], options?: SendOptions<T>) => Promise<string[]>
  /**
   * Waits until all is done: no queue that invokes a function holds a message (visible, in flight or delayed), each
   * shard that invokes one is read to its end, no batching window is open and no invocation runs. A message that never
   * succeeds, in a queue without a dead-letter queue, keeps it waiting.
   *
   * @throws Error if the pipeline is stopped, or if it takes longer than `timeoutSeconds`
   */
  readonly drained: (options?: DrainedOptions) => Promise<void>
  /** Returns what each function did so far. */
  readonly statistics: () => Readonly<Record<string, FunctionStatistics>>
  /**
   * Returns the messages of a queue, such as a dead-letter queue, without receiving them.
   *
   * @throws InvalidConfigurationError if there is no such queue
   */
  readonly contents: (queue: string) => Promise<StoredMessage[]>
  /**
   * Stops the pipeline: open batching windows end, the records that were read are delivered, and running invocations
   * end. Nothing more is read or retried. Leaves no timer, no socket and no environment variable behind.
   */
  readonly stop: () => Promise<void>
}
