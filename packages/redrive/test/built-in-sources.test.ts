/** lpipe's own sources stand in two packages: what a Lambda needs, and what redrive needs of the same records. */
import { describe, test } from '@jest/globals'
import { kinesis, raw, sqs } from '@lpipe/batch-decoder'
import type { EventSource } from '@lpipe/core'
import { kafka } from '@lpipe/source-kafka'
import { kafkaEvent, kinesisEvent, sourceContract, sqsEvent } from '@lpipe/testing'
import { readSources } from '../src/sources/index.ts'

const sourceNamed = readSources()

describe.each<[source: EventSource, eventOf: (bodies: readonly unknown[]) => unknown]>([
  [sqs(), sqsEvent],
  [kinesis(), kinesisEvent],
  [kafka(), kafkaEvent],
  [raw(), (bodies) => bodies],
])('both halves of a source together keep the contract of sources: %#', (half, eventOf) => {
  const source: EventSource = { ...half, ...sourceNamed(half.name) }
  const malformed = (text: string) => eventOf([text])
  test.each(sourceContract)(`${half.name}: $name`, ({ check }) => check({ source, eventOf, malformed }))
})
