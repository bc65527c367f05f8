/** The client that is made without the option `client`. */
import { expect, test } from '@jest/globals'
import { loadSdk } from '../src/sdk.ts'

test('waits 3 s for a connection and 15 s for an answer: a service that hangs must not take the whole invocation', async () => {
  const environment = process.env
  process.env = {
    ...environment,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1', // no server listens there
  }
  try {
    const { client, PublishBatchCommand } = await loadSdk(undefined)
    const command = new PublishBatchCommand({
      TopicArn: 'arn:aws:sns:eu-west-1:123456789012:a',
      PublishBatchRequestEntries: [{ Id: '0', Message: 'a' }],
    })
    await expect(client.send(command as never)).rejects.toThrow('ECONNREFUSED')
    const handler = client.config.requestHandler as object as {
      httpHandlerConfigs(): Readonly<Record<string, unknown>>
    }
    const { connectionTimeout, requestTimeout, throwOnRequestTimeout } = handler.httpHandlerConfigs()
    expect({ connectionTimeout, requestTimeout, throwOnRequestTimeout }).toEqual({
      connectionTimeout: 3000,
      requestTimeout: 15_000,
      throwOnRequestTimeout: true,
    })
    // Retries are lpipe's: it logs the first failure.
    expect(await client.config.maxAttempts()).toBe(1)
    client.destroy()
  } finally {
    process.env = environment
  }
})
