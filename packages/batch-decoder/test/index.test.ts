import { describe, expect, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { InvalidConfigurationError } from '@lpipe/core'

const loose = batchDecoder as (options: unknown) => unknown

describe('batchDecoder, when it is made', () => {
  test.each(['SQS', 'dynamodb', 'constructor', '__proto__', null, 7])('refuses the source %p', (source) => {
    expect(() => loose({ source })).toThrow(InvalidConfigurationError)
    expect(() => loose({ source })).toThrow("batchDecoder: its source must be 'sqs' or 'kinesis' or 'raw', got ")
  })

  test('refuses a misspelt option', () => {
    expect(() => loose({ sorce: 'sqs' })).toThrow(
      new InvalidConfigurationError("batchDecoder: unknown option 'sorce'. It takes: source"),
    )
  })

  test('names its hook, so that a stack tells who runs', () => {
    expect(batchDecoder().before?.name).toBe('batchDecoderBefore')
  })
})
