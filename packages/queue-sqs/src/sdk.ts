import type { GetQueueUrlCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { InvalidConfigurationError } from '@lpipe/core'

/** The client, and the commands it is sent. */
export interface Sdk {
  readonly client: SQSClient
  readonly GetQueueUrlCommand: typeof GetQueueUrlCommand
  readonly SendMessageBatchCommand: typeof SendMessageBatchCommand
}

/**
 * Imports the AWS SDK, which takes some 50 ms: only a Lambda that sends pays them.
 *
 * @throws InvalidConfigurationError if the package is not installed
 */
export const loadSdk = async (client: SQSClient | undefined): Promise<Sdk> => {
  const sdk = await import('@aws-sdk/client-sqs').catch((cause: unknown) => {
    throw new InvalidConfigurationError(
      "queueSqs: sending to SQS needs the package '@aws-sdk/client-sqs'. Install it: npm install @aws-sdk/client-sqs",
      { cause },
    )
  })
  const { GetQueueUrlCommand, SendMessageBatchCommand, SQSClient } = sdk
  return { client: client ?? new SQSClient({}), GetQueueUrlCommand, SendMessageBatchCommand }
}
