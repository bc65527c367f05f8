import { describe, expect, test } from '@jest/globals'
import { defineEnvelope } from '@lpipe/core/envelope'
import { getOwn } from '@lpipe/core/middleware'
import { invoke, silentLogger, sourceContract } from '@lpipe/testing'
import middy from '@middy/core'
import { FailButContinue, FailCatastrophically, lpipe } from 'lpipe-preset'
import { firehose, type Transformation, transformation } from '../src/firehose.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const eventOf = (texts: readonly string[]) => ({
  invocationId: '1',
  deliveryStreamArn: 'arn:aws:firehose:eu-west-1:123456789012:deliverystream/clicks',
  region: 'eu-west-1',
  records: texts.map((text, index) => ({ recordId: `record-${index}`, data: base64(text) })),
})

describe('an event source for Firehose', () => {
  test.each(sourceContract.map(({ name, check }) => [name, check] as const))('%s', async (_, check) => {
    await check({
      source: firehose,
      eventOf: (bodies) => eventOf(bodies.map((body) => JSON.stringify(body))),
      malformed: (text) => eventOf([text]),
    })
  })

  const logger = silentLogger()
  const clean = ({ user }: { user?: string }) => {
    if (user === undefined) throw new FailButContinue('a click without a user')
    if (user === 'later') throw new FailCatastrophically('no connection')
    return user === 'as-it-is' ? undefined : { user: user.toUpperCase() }
  }
  const handler = transformation(middy().use(lpipe({ source: firehose, call: clean, logger })))
  const transform = (texts: readonly string[]) => invoke<Transformation>(handler, eventOf(texts))

  test('the transformed data is what the function returns, and each record has a result', async () => {
    const texts = ['{"user":"ada"}', '{}', '{"user":"later"}', 'not JSON', '{"user":"as-it-is"}']
    expect(await transform(texts)).toEqual({
      records: [
        { recordId: 'record-0', result: 'Ok', data: base64('{"user":"ADA"}\n') },
        { recordId: 'record-1', result: 'Dropped', data: base64('{}') },
        { recordId: 'record-2', result: 'ProcessingFailed', data: base64('{"user":"later"}') },
        { recordId: 'record-3', result: 'Dropped', data: base64('not JSON') },
        { recordId: 'record-4', result: 'Ok', data: base64('{"user":"as-it-is"}') },
      ],
    })
  })

  test('a record of several messages has one result, with a line for each output', async () => {
    const clicks = defineEnvelope({
      name: 'clicks',
      opens: (body) => {
        const all = getOwn(body, 'clicks')
        return Array.isArray(all) ? all.map((click: unknown) => ({ body: click })) : undefined
      },
    })
    const opened = transformation(middy().use(lpipe({ source: firehose, call: clean, envelopes: [clicks], logger })))
    const texts = [
      '{"clicks":[{"user":"ada"},{},{"user":"bob"}]}',
      '{"clicks":[]}',
      '{"clicks":[{"user":"ada"},{"user":"later"}]}',
      '{"clicks":[{}]}',
    ]
    expect(await invoke<Transformation>(opened, eventOf(texts))).toEqual({
      records: [
        { recordId: 'record-0', result: 'Ok', data: base64('{"user":"ADA"}\n{"user":"BOB"}\n') },
        { recordId: 'record-1', result: 'Dropped', data: base64('{"clicks":[]}') },
        { recordId: 'record-2', result: 'ProcessingFailed', data: base64(texts[2] as string) },
        { recordId: 'record-3', result: 'Dropped', data: base64('{"clicks":[{}]}') },
      ],
    })
  })

  test('an event of another service throws', async () => {
    await expect(invoke(handler, { Records: [] })).rejects.toThrow('expected an event of firehose')
  })
})
