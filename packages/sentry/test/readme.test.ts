import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { lambdaContext, sqsEvent } from '@lpipe/testing'
import { type Endpoint, type SentryEvent, startEndpoint } from './endpoint.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const programs = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, program = '']) => program)

let endpoint: Endpoint
beforeAll(async () => {
  endpoint = await startEndpoint()
})
afterAll(() => endpoint.close())
beforeEach(() => void endpoint.take())

/** Runs a program of the README as it stands, in the package where all that it imports is installed. */
const run = async (program: string, event: object): Promise<{ answer: unknown; log: string }> => {
  const { awsRequestId, functionName } = lambdaContext()
  const context = { awsRequestId, functionName }
  const call = `
    const answer = await (handler as any)(${JSON.stringify(event)}, ${JSON.stringify(context)})
    console.log('answer ' + JSON.stringify(answer))
    process.exit()`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module-typescript', '-e', program + call],
    {
      cwd: fileURLToPath(new URL('../../internal/architecture', import.meta.url)),
      env: { ...process.env, SENTRY_DSN: endpoint.dsn },
    },
  )
  const [log = '', answer = ''] = stdout.split('answer ')
  return { answer: JSON.parse(answer), log }
}

const typeOf = ({ exception }: SentryEvent): string => String(exception?.values.at(-1)?.type)
const [first = '', ownOpenTelemetry = ''] = programs

describe('the programs of the README', () => {
  test('send an event for a dropped message', async () => {
    const event = sqsEvent([5, -5].map((amount) => ({ path: 'CHARGE', kwargs: { amount } })))
    const { answer, log } = await run(first, event)
    expect(answer).toEqual({ batchItemFailures: [] })
    expect(endpoint.take().map((sent) => [typeOf(sent), sent.tags?.['lpipe.message_id']])).toEqual([
      ['FailButContinue', 'message-1'],
    ])
    expect(log).not.toMatch(/isolate/)
  })

  test('isolate messages beside an OpenTelemetry setup of your own', async () => {
    const event = sqsEvent(['A', 'B', 'C'].map((order) => ({ path: 'CHARGE', kwargs: { order } })))
    const { answer, log } = await run(ownOpenTelemetry, event)
    expect(answer).toMatchObject({ batchItemFailures: { length: 3 } })
    expect(endpoint.take().map(({ tags }) => tags?.['order'])).toEqual(['A', 'B', 'C'])
    expect(log).not.toMatch(/isolate/)
  })

  test('or log a warning, where the context manager is missing', async () => {
    const without = ownOpenTelemetry.replace(/^new NodeTracerProvider.*$/m, '')
    const event = sqsEvent(['A', 'B'].map((order) => ({ path: 'CHARGE', kwargs: { order } })))
    const { log } = await run(without, event)
    expect(log.match(/the SDK does not isolate messages/g)).toHaveLength(1)
    // Facts about a message are never those of another one.
    expect(endpoint.take().map(({ tags }) => tags?.['lpipe.message_id'])).toEqual(['message-0', 'message-1'])
  })
})
