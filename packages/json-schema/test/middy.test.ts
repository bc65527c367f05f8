import { describe, expect, test } from '@jest/globals'
import { fn } from '@lpipe/core'
import { type CompiledSchema, jsonSchema } from '@lpipe/json-schema'
import middy from '@middy/core'
import validator from '@middy/validator'
import { transpileSchema } from '@middy/validator/transpile'
import { Ajv } from 'ajv'
import { lpipe } from 'lpipe-preset'

const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const context = { awsRequestId: 'request', getRemainingTimeInMillis: () => 30_000 } as never

const event = (...bodies: unknown[]) => ({
  Records: bodies.map((body, index) => ({
    messageId: `m${index}`,
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:000000000000:in',
    body: JSON.stringify(body),
  })),
})

const seen: unknown[] = []
const store = fn(jsonSchema({ type: 'object', required: ['n'], properties: { n: { type: 'integer' } } }), (kwargs) => {
  seen.push(kwargs)
})

describe("@middy/validator's middleware in front of lpipe()", () => {
  const eventSchema = transpileSchema({
    type: 'object',
    required: ['Records'],
    properties: { Records: { type: 'array', items: { type: 'object' } }, stage: { type: 'string', default: 'dev' } },
  }) as never
  const handler = middy()
    .use(validator({ eventSchema }))
    .use(lpipe({ call: store, logger }))

  test('lets a right event through to the functions, each with its own schema', async () => {
    seen.length = 0
    const given: { Records: unknown[]; stage?: string } = event({ n: 1, extra: 2 }, { n: '2' })
    expect(await handler(given, context)).toEqual({ batchItemFailures: [] })
    expect(seen).toEqual([{ n: 1 }])
    expect(given.stage).toBe('dev') // as its users expect: it writes defaults into the event
  })

  test('refuses a wrong event as it does anywhere', async () => {
    await expect(handler({ nothing: true }, context)).rejects.toMatchObject({
      message: 'Event object failed validation',
      statusCode: 400,
      cause: { package: '@middy/validator' },
    })
  })

  test('coerces as it does by default, which our schemas do not', async () => {
    seen.length = 0
    const coercing = middy()
      .use(
        validator({
          eventSchema: transpileSchema({ type: 'object', properties: { n: { type: 'integer' } } }) as never,
        }),
      )
      .use(lpipe({ call: store, logger }))
    expect(await coercing({ n: '1' }, context)).toMatchObject({ stats: { received: 1, successes: 1 } })
    expect(seen).toEqual([{ n: 1 }])
    expect(await middy().use(lpipe({ call: store, logger }))({ n: '1' }, context)).toMatchObject({
      stats: { successes: 0 },
    })
  })
})

describe("a schema that @middy/validator's transpileSchema has compiled", () => {
  const compiled = transpileSchema({
    type: 'object',
    required: ['n'],
    properties: {
      n: { type: 'integer' },
      at: { type: 'object', properties: { city: { type: 'string', default: 'Rome' } } },
    },
  }) as unknown as CompiledSchema
  const order = fn(jsonSchema<{ n: number }>(compiled), (kwargs) => void seen.push(kwargs))

  test('is used as it is, with its coercion and defaults', async () => {
    seen.length = 0
    expect(await middy().use(lpipe({ call: order, logger }))(event({ n: '1', at: {}, extra: 2 }), context)).toEqual({
      batchItemFailures: [],
    })
    expect(seen).toEqual([{ n: 1, at: { city: 'Rome' } }])
  })

  test('must answer at once: one that returns a promise would be taken for acceptance', () => {
    const later = new Ajv().compile({ $async: true, type: 'object', required: ['n'] })
    expect(() => jsonSchema(later as unknown as CompiledSchema)).toThrow('a schema with `$async` is not supported')
  })

  test('refuses what it refuses, with the path of the property', async () => {
    seen.length = 0
    const errors: unknown[] = []
    const capture = (error: unknown) => void errors.push(error)
    await middy().use(lpipe({ call: order, logger, capture }))(event({ n: 'x' }), context)
    expect(seen).toEqual([])
    expect(String(errors[0])).toMatch(/^InvalidPayloadError: .*: n: expected integer, received string/)
  })
})
