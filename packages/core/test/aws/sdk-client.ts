import { expect } from '@jest/globals'

/** No server listens there. */
export const unreachable = 'http://127.0.0.1:1'

/**
 * Runs a test whose clients of the AWS SDK, made without options, call an endpoint. The environment is restored afterwards.
 *
 * @param variables further variables of the environment
 */
export const withEndpoint = async (
  endpoint: string,
  run: () => Promise<void>,
  variables: Readonly<Record<string, string>> = {},
): Promise<void> => {
  const before = process.env
  process.env = {
    ...before,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: endpoint,
    ...variables,
  }
  try {
    await run()
  } finally {
    process.env = before
  }
}

/** A client of the AWS SDK, whose types differ with the service. */
interface SdkClient {
  send(command: never): Promise<unknown>
  readonly config: { readonly requestHandler: unknown }
}

/**
 * Returns the timeouts of a client. Its handler has them after the first call.
 *
 * @param command a command of its service; the endpoint is `unreachable`
 */
export const timeoutsOf = async (client: SdkClient, command: unknown): Promise<object> => {
  await expect(client.send(command as never)).rejects.toThrow('ECONNREFUSED')
  const handler = client.config.requestHandler as { httpHandlerConfigs(): Readonly<Record<string, unknown>> }
  const { connectionTimeout, requestTimeout, throwOnRequestTimeout } = handler.httpHandlerConfigs()
  return { connectionTimeout, requestTimeout, throwOnRequestTimeout }
}

/** A service that hangs must not take the whole invocation. In milliseconds. */
export const expectedTimeouts = { connectionTimeout: 3000, requestTimeout: 15_000, throwOnRequestTimeout: true }
