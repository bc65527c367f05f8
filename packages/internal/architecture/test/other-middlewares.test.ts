/** Rows of the table of the order in docs/iam-and-order.md, with the packages of middy and Powertools themselves. */

import { IdempotencyItemAlreadyExistsError, makeIdempotent } from '@aws-lambda-powertools/idempotency'
import { makeHandlerIdempotent } from '@aws-lambda-powertools/idempotency/middleware'
import { BasePersistenceLayer, type IdempotencyRecord } from '@aws-lambda-powertools/idempotency/persistence'
import { Logger } from '@aws-lambda-powertools/logger'
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import { Metrics } from '@aws-lambda-powertools/metrics'
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware'
import { Tracer } from '@aws-lambda-powertools/tracer'
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { s3 } from '@lpipe/envelopes'
import { invoke, silentLogger, sqsEvent } from '@lpipe/testing'
import middy, { type MiddlewareObj } from '@middy/core'
import doNotWait from '@middy/do-not-wait-for-empty-event-loop'
import errorLogger from '@middy/error-logger'
import eventNormalizer from '@middy/event-normalizer'
import httpErrorHandler from '@middy/http-error-handler'
import inputOutputLogger from '@middy/input-output-logger'
import sqsJsonBodyParser from '@middy/sqs-json-body-parser'
import validator from '@middy/validator'
import { transpileSchema } from '@middy/validator/transpile'
import warmup from '@middy/warmup'
import { FailCatastrophically, lpipe } from 'lpipe-preset'

process.env['AWS_EMF_ENVIRONMENT'] = 'Local' // the metrics go to the console, as in Lambda
const { default: cloudWatchMetrics } = await import('@middy/cloudwatch-metrics')

/** The types of these packages belong to other versions of middy. */
const of = (middleware: unknown): MiddlewareObj => middleware as MiddlewareObj

const failed = { batchItemFailures: [{ itemIdentifier: 'message-1' }] }
const event = () => sqsEvent([{ id: 1 }, { id: 2 }])

beforeEach(() => {
  for (const method of ['log', 'warn'] as const) jest.spyOn(console, method).mockImplementation(() => undefined)
})
afterEach(() => {
  jest.restoreAllMocks()
})

/** Two messages: the second fails. `ran` holds the ids that a function saw. */
const run = async (place: 'before' | 'after', other: unknown, given: unknown = event()) => {
  const ran: unknown[] = []
  const call = ({ id }: { id?: number }) => {
    ran.push(id)
    if (id === 2) throw new FailCatastrophically('later')
  }
  const handler = middy()
  if (place === 'before') handler.use(of(other))
  handler.use(lpipe({ call, logger: silentLogger() }))
  if (place === 'after') handler.use(of(other))
  try {
    return { response: await invoke(handler, given), ran }
  } catch (error) {
    return { error, ran }
  }
}

const schemaOf = (member: string) =>
  transpileSchema({ type: 'object', properties: { [member]: true }, required: [member] })

const quiet = new Logger({ logLevel: 'SILENT' })
const counts = () => {
  const counts = new Metrics({ namespace: 'test' })
  jest.spyOn(counts, 'publishStoredMetrics').mockReturnThis()
  return counts
}
const untraced = new Tracer({ enabled: false })

describe('leave the response as it is', () => {
  test.each<[name: string, place: 'before' | 'after', make: () => unknown]>([
    ['@middy/event-normalizer', 'before', () => eventNormalizer()],
    ['@middy/sqs-json-body-parser', 'before', () => (sqsJsonBodyParser as never as () => unknown)()],
    ['@middy/warmup', 'before', () => warmup({ isWarmingUp: () => false })],
    ['@middy/do-not-wait-for-empty-event-loop', 'before', () => doNotWait()],
    ['@middy/do-not-wait-for-empty-event-loop', 'after', () => doNotWait()],
    ['@middy/cloudwatch-metrics', 'before', () => cloudWatchMetrics({ namespace: 'test' })],
    ['@middy/input-output-logger', 'before', () => inputOutputLogger({ logger: () => undefined })],
    ['@middy/input-output-logger', 'after', () => inputOutputLogger({ logger: () => undefined })],
    ['@middy/error-logger', 'before', () => errorLogger({ logger: () => undefined })],
    ['@middy/error-logger', 'after', () => errorLogger({ logger: () => undefined })],
    ['@middy/http-error-handler', 'before', () => httpErrorHandler({ logger: () => undefined })],
    ['@middy/validator', 'before', () => validator({ eventSchema: schemaOf('Records') })],
    ['injectLambdaContext', 'before', () => injectLambdaContext(quiet)],
    ['captureLambdaHandler', 'before', () => captureLambdaHandler(untraced)],
    ['logMetrics', 'before', () => logMetrics(counts())],
  ])('%s, %s lpipe()', async (_, place, make) => {
    expect(await run(place, make())).toEqual({ response: failed, ran: [1, 2] })
  })
})

test.each([
  ['without it', [], 'a+b'],
  ['with it', [eventNormalizer()], 'a b'],
])('@middy/event-normalizer decodes keys of S3, which s3() does too: %s', async (_, others, key) => {
  const seen: unknown[] = []
  const object = { key: 'a%2Bb', size: 1 }
  const s3Event = {
    Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'b' }, object } }],
  }
  const call = ({ key }: { key?: string }) => void seen.push(key)
  const handler = middy()
    .use(others.map(of))
    .use(lpipe({ call, envelopes: [s3()], logger: silentLogger() }))
  await invoke(handler, sqsEvent([s3Event]))
  expect(seen).toEqual([key])
})

test('@middy/warmup returns early: lpipe does not run', async () => {
  const warming = warmup({ isWarmingUp: () => true })
  expect(await run('before', warming)).toEqual({ response: 'warmup', ran: [] })
})

test('the error of @middy/validator keeps the whole batch', async () => {
  const refusing = validator({ eventSchema: schemaOf('detail') })
  const { response, error, ran } = await run('before', refusing)
  expect(response).toBeUndefined()
  expect(error).toMatchObject({ statusCode: 400 })
  expect(ran).toEqual([])
})

test.each(['before', 'after'] as const)('@middy/http-error-handler, %s: the invocation throws', async (place) => {
  const { response, error } = await run(place, httpErrorHandler({ logger: () => undefined }), [{ id: 2 }])
  expect(response).toBeUndefined()
  expect(error).toBeInstanceOf(Object)
})

test('@middy/input-output-logger, before: it logs the whole event, and the response when all messages have ended', async () => {
  const logged: unknown[] = []
  await run('before', inputOutputLogger({ logger: (one: unknown) => logged.push(structuredClone(one)) }))
  expect(logged).toEqual([expect.objectContaining({ event: event() }), expect.objectContaining({ response: failed })])
})

test('@middy/error-logger logs what an invocation throws', async () => {
  const logged: unknown[] = []
  await run('before', errorLogger({ logger: ({ error }: { error: unknown }) => logged.push(error) }), [{ id: 2 }])
  expect(logged).toEqual([expect.objectContaining({ message: expect.stringMatching(/^1 message failed/) })])
})

test('logMetrics publishes when all messages have ended', async () => {
  const metrics = counts()
  const published = jest.spyOn(metrics, 'publishStoredMetrics')
  const { ran } = await run('before', logMetrics(metrics))
  expect(ran).toEqual([1, 2])
  expect(published).toHaveBeenCalled()
})

class MemoryLayer extends BasePersistenceLayer {
  readonly #records = new Map<string, IdempotencyRecord>()
  protected async _deleteRecord({ idempotencyKey }: IdempotencyRecord): Promise<void> {
    this.#records.delete(idempotencyKey)
  }
  protected async _getRecord(key: string): Promise<IdempotencyRecord> {
    return this.#records.get(key) as IdempotencyRecord
  }
  protected async _putRecord(record: IdempotencyRecord): Promise<void> {
    if (this.#records.has(record.idempotencyKey)) throw new IdempotencyItemAlreadyExistsError()
    this.#records.set(record.idempotencyKey, record)
  }
  protected async _updateRecord(record: IdempotencyRecord): Promise<void> {
    this.#records.set(record.idempotencyKey, record)
  }
}

test('around the handler, the idempotency of Powertools remembers a whole batch, with its failures', async () => {
  const remembers = makeHandlerIdempotent({ persistenceStore: new MemoryLayer() })
  expect(await run('before', remembers)).toEqual({ response: failed, ran: [1, 2] })
  expect(await run('before', remembers)).toEqual({ response: failed, ran: [] })
})

test('inside a function, it remembers each message that succeeded', async () => {
  const ran: unknown[] = []
  const pay = async ({ id }: { id?: number }) => {
    ran.push(id)
    if (ran.length === 2) throw new FailCatastrophically('later')
  }
  const call = makeIdempotent(pay, { persistenceStore: new MemoryLayer() })
  const handler = middy().use(lpipe({ call: (kwargs) => call(kwargs), logger: silentLogger() }))
  expect(await invoke(handler, event())).toEqual(failed)
  expect(await invoke(handler, event())).toEqual({ batchItemFailures: [] })
  expect(ran).toEqual([1, 2, 2])
})
