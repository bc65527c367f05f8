import type { DescribeEventBusCommand, EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { InvalidConfigurationError } from '@lpipe/core'
import { errorMessage } from '@lpipe/core/middleware'

/** The client, and the commands that it sends. */
export interface Sdk {
  readonly client: EventBridgeClient
  readonly DescribeEventBusCommand: typeof DescribeEventBusCommand
  readonly PutEventsCommand: typeof PutEventsCommand
}

/**
 * Imports the AWS SDK: only a Lambda that sends pays for it.
 *
 * @throws InvalidConfigurationError if the package cannot be imported
 */
export const loadSdk = async (client: EventBridgeClient | undefined): Promise<Sdk> => {
  const sdk = await import('@aws-sdk/client-eventbridge').catch(throwNotLoaded)
  // Each by its name, so that a bundler leaves out the rest of the SDK.
  const { DescribeEventBusCommand, EventBridgeClient, PutEventsCommand } = sdk
  return { client: client ?? new EventBridgeClient({ requestHandler }), DescribeEventBusCommand, PutEventsCommand }
}

const throwNotLoaded = (cause: unknown): never => {
  const isMissing = (cause as { readonly code?: unknown } | null)?.code === 'ERR_MODULE_NOT_FOUND'
  const name = '@aws-sdk/client-eventbridge'
  const text = isMissing
    ? `queueEventBridge: requires the package '${name}'. Install it: npm install ${name}`
    : `queueEventBridge: could not import '${name}': ${errorMessage(cause)}. In a bundle, leave '@aws-sdk/*' external`
  throw new InvalidConfigurationError(text, { cause })
}

/** Without timeouts a connection that hangs would take the whole time of the invocation. */
const requestHandler = { connectionTimeout: 3000, requestTimeout: 15_000 }
