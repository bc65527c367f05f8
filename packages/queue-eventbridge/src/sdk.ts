import type { DescribeEventBusCommand, EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { type AwsClient, oneAttempt, rethrow, sdkOf, timeouts } from '@lpipe/core/aws'

/** The client, and the commands that it sends. */
export interface Sdk {
  readonly client: EventBridgeClient
  readonly DescribeEventBusCommand: typeof DescribeEventBusCommand
  readonly PutEventsCommand: typeof PutEventsCommand
}

/** @throws InvalidConfigurationError if the SDK cannot be imported */
export const loadSdk = async (client: AwsClient | undefined): Promise<Sdk> => {
  const { EventBridgeClient, ...commands } = await sdkOf(
    'queueEventBridge',
    '@aws-sdk/client-eventbridge',
    async () => {
      // Each by its name, so that a bundler leaves out the rest of the SDK.
      const { DescribeEventBusCommand, EventBridgeClient, PutEventsCommand } = await import(
        '@aws-sdk/client-eventbridge'
      ).catch(rethrow)
      return { DescribeEventBusCommand, EventBridgeClient, PutEventsCommand }
    },
  )
  return {
    ...commands,
    client:
      (client as EventBridgeClient | undefined) ?? new EventBridgeClient({ ...oneAttempt, requestHandler: timeouts }),
  }
}
