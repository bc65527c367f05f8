import type { PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns'
import { InvalidConfigurationError } from '@lpipe/core'
import { errorMessage } from '@lpipe/core/middleware'

/** The client, and the command that it sends. */
export interface Sdk {
  readonly client: SNSClient
  readonly PublishBatchCommand: typeof PublishBatchCommand
}

/**
 * Imports the AWS SDK: only a Lambda that sends pays for it.
 *
 * @throws InvalidConfigurationError if the package cannot be imported
 */
export const loadSdk = async (client: SNSClient | undefined): Promise<Sdk> => {
  const { PublishBatchCommand, SNSClient } = await import('@aws-sdk/client-sns').catch(throwNotLoaded)
  return { client: client ?? new SNSClient({ requestHandler }), PublishBatchCommand }
}

const throwNotLoaded = (cause: unknown): never => {
  const isMissing = (cause as { readonly code?: unknown } | null)?.code === 'ERR_MODULE_NOT_FOUND'
  const text = isMissing
    ? "queueSns: requires the package '@aws-sdk/client-sns'. Install it: npm install @aws-sdk/client-sns"
    : `queueSns: could not import '@aws-sdk/client-sns': ${errorMessage(cause)}. In a bundle, leave '@aws-sdk/*' external`
  throw new InvalidConfigurationError(text, { cause })
}

/** Without timeouts a connection that hangs would take the whole time of the invocation. */
const requestHandler = { connectionTimeout: 3000, requestTimeout: 15_000 }
