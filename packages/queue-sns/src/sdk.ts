import type { PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns'
import { type AwsClient, oneAttempt, rethrow, sdkOf, timeouts } from '@lpipe/core/aws'

/** The client, and the command that it sends. */
export interface Sdk {
  readonly client: SNSClient
  readonly PublishBatchCommand: typeof PublishBatchCommand
}

/** @throws InvalidConfigurationError if the SDK cannot be imported */
export const loadSdk = async (client: AwsClient | undefined): Promise<Sdk> => {
  const { PublishBatchCommand, SNSClient } = await sdkOf('queueSns', '@aws-sdk/client-sns', async () => {
    // Each by its name, so that a bundler leaves out the rest of the SDK.
    const { PublishBatchCommand, SNSClient } = await import('@aws-sdk/client-sns').catch(rethrow)
    return { PublishBatchCommand, SNSClient }
  })
  return {
    client: (client as SNSClient | undefined) ?? new SNSClient({ ...oneAttempt, requestHandler: timeouts }),
    PublishBatchCommand,
  }
}
