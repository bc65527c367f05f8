import { describe, expect, test } from '@jest/globals'
import { kinesis, raw, sqs } from '@lpipe/batch-decoder'
import { kinesisEvent, type SourceContractContext, sourceContract, sqsEvent } from '@lpipe/testing'
import { readBatch } from './decode.ts'

const contexts: Readonly<Record<string, SourceContractContext>> = {
  sqs: { source: sqs(), eventOf: sqsEvent, malformed: (text) => sqsEvent([text]) },
  kinesis: { source: kinesis(), eventOf: kinesisEvent, malformed: (text) => kinesisEvent([text]) },
  'raw, an array of objects': { source: raw(), eventOf: (bodies) => bodies, malformed: (text) => [text] },
  'raw, an array of JSON texts': {
    source: raw(),
    eventOf: (bodies) => bodies.map((body) => JSON.stringify(body)),
    malformed: (text) => text,
  },
}

describe.each(Object.keys(contexts))('the source %s keeps the contract of sources', (name) => {
  test.each(sourceContract)('$name', ({ check }) => check(contexts[name] as SourceContractContext))
})

describe('a list of sources', () => {
  test.each([
    ['sqs', sqsEvent([{ a: 1 }])],
    ['kinesis', kinesisEvent([{ a: 1 }])],
    ['raw', { a: 1 }],
  ])('finds the source %s of an event', async (name, event) => {
    const source = await readBatch(event, { source: [sqs(), kinesis(), raw()] }, (batch) => batch.source?.name)
    expect(source).toBe(name)
  })

  test('is tried in order', async () => {
    const own = { ...raw(), name: 'own', recordsOf: () => [{ a: 1 }] }
    const nameOf = (source: readonly ReturnType<typeof sqs>[]) =>
      readBatch(sqsEvent([{}]), { source }, (batch) => batch.source?.name)
    expect(await nameOf([own, sqs()])).toBe('own')
    expect(await nameOf([sqs(), own])).toBe('sqs')
  })
})
