/** The client that is made without the option `client`. */
import { expect, test } from '@jest/globals'
import { expectedTimeouts, timeoutsOf, unreachable, withEndpoint } from '../../core/test/aws/sdk-client.ts'
import { loadSdk } from '../src/sdk.ts'

test('waits 3 s for a connection and 15 s for an answer, and makes one attempt: lpipe retries, and logs the first failure', () =>
  withEndpoint(unreachable, async () => {
    const { client, PutEventsCommand } = await loadSdk(undefined)
    const command = new PutEventsCommand({ Entries: [{ Source: 'a', DetailType: 'a', Detail: '{}' }] })
    expect(await timeoutsOf(client, command)).toEqual(expectedTimeouts)
    expect(await client.config.maxAttempts()).toBe(1)
    client.destroy()
  }))
