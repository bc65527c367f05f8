import type * as SqsSdk from '@aws-sdk/client-sqs'
import type { SQSClient, SQSClientConfig } from '@aws-sdk/client-sqs'
import { InvalidConfigurationError } from '@lpipe/core'

/** The client, and the commands it is sent. */
export interface Sdk
  extends Pick<
    typeof SqsSdk,
    | 'ChangeMessageVisibilityBatchCommand'
    | 'DeleteMessageBatchCommand'
    | 'GetQueueUrlCommand'
    | 'SendMessageBatchCommand'
  > {
  readonly client: SQSClient
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
  // Each by its name, so that a bundler leaves out the rest of the SDK.
  const { ChangeMessageVisibilityBatchCommand, DeleteMessageBatchCommand, GetQueueUrlCommand } = sdk
  const { SendMessageBatchCommand, SQSClient } = sdk
  return {
    client: client ?? new SQSClient(configOf(process.env)),
    ChangeMessageVisibilityBatchCommand,
    DeleteMessageBatchCommand,
    GetQueueUrlCommand,
    SendMessageBatchCommand,
  }
}

/** Without this the SDK would call the host of the queue's URL, which an SQS on this machine may not have a name for. */
const configOf = (env: NodeJS.ProcessEnv): SQSClientConfig =>
  env['AWS_ENDPOINT_URL_SQS'] || env['AWS_ENDPOINT_URL'] ? { useQueueUrlAsEndpoint: false } : {}
