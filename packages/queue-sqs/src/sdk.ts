import type * as SqsSdk from '@aws-sdk/client-sqs'
import type { SQSClient, SQSClientConfig } from '@aws-sdk/client-sqs'
import { type AwsClient, rethrow, sdkOf, timeouts } from '@lpipe/core/aws'

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
 * @param config of the client that is made if there is none
 * @throws InvalidConfigurationError if it cannot be imported
 */
export const loadSdk = async (client: AwsClient | undefined, config: SQSClientConfig = {}): Promise<Sdk> => {
  const { SQSClient, ...commands } = await sdkOf('queueSqs', '@aws-sdk/client-sqs', async () => {
    const sdk = await import('@aws-sdk/client-sqs').catch(rethrow)
    // Each by its name, so that a bundler leaves out the rest of the SDK.
    const { ChangeMessageVisibilityBatchCommand, DeleteMessageBatchCommand, GetQueueUrlCommand } = sdk
    const { SendMessageBatchCommand, SQSClient } = sdk
    return {
      ChangeMessageVisibilityBatchCommand,
      DeleteMessageBatchCommand,
      GetQueueUrlCommand,
      SendMessageBatchCommand,
      SQSClient,
    }
  })
  return {
    ...commands,
    client: (client as SQSClient | undefined) ?? new SQSClient({ ...configOf(process.env), ...config }),
  }
}

/** Without `useQueueUrlAsEndpoint: false` the SDK calls the host of the queue's URL, which a local SQS may not have. */
const configOf = (env: NodeJS.ProcessEnv): SQSClientConfig => ({
  requestHandler: timeouts,
  ...((env['AWS_ENDPOINT_URL_SQS'] || env['AWS_ENDPOINT_URL']) && { useQueueUrlAsEndpoint: false }),
})
