import type * as SqsSdk from '@aws-sdk/client-sqs'
import type { SQSClient, SQSClientConfig } from '@aws-sdk/client-sqs'
import { InvalidConfigurationError } from '@lpipe/core'
import { errorMessage } from '@lpipe/core/middleware'

/** The client, and the commands that it sends. */
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
 * Imports the AWS SDK, which takes about 50 ms: only a Lambda that sends pays them.
 *
 * @throws InvalidConfigurationError if the package cannot be imported
 */
export const loadSdk = async (client: SQSClient | undefined): Promise<Sdk> => {
  const sdk = await import('@aws-sdk/client-sqs').catch(throwNotLoaded)
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

const throwNotLoaded = (cause: unknown): never => {
  const isMissing = (cause as { readonly code?: unknown } | null)?.code === 'ERR_MODULE_NOT_FOUND'
  const text = isMissing
    ? "queueSqs: requires the package '@aws-sdk/client-sqs'. Install it: npm install @aws-sdk/client-sqs"
    : `queueSqs: could not import '@aws-sdk/client-sqs': ${errorMessage(cause)}. In a bundle, leave '@aws-sdk/*' external`
  throw new InvalidConfigurationError(text, { cause })
}

/** Without timeouts a connection that hangs would take the whole time of the invocation. */
const requestHandler = { connectionTimeout: 3000, requestTimeout: 15_000 }

/** Without `useQueueUrlAsEndpoint: false` the SDK calls the host of the queue's URL, which a local SQS may not have. */
const configOf = (env: NodeJS.ProcessEnv): SQSClientConfig => ({
  requestHandler,
  ...((env['AWS_ENDPOINT_URL_SQS'] || env['AWS_ENDPOINT_URL']) && { useQueueUrlAsEndpoint: false }),
})
