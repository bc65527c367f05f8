import { deepEqual, equal, notDeepEqual, ok, throws } from 'node:assert/strict'
import type { EventSource } from '@lpipe/core'
import { isInvalidPayload } from '@lpipe/core/middleware'
import type { ContractCase } from './contract.ts'

/** What an event source is checked with. */
export interface SourceContractContext {
  readonly source: EventSource
  /** Makes an event of the source with a record for each body. */
  readonly eventOf: (bodies: readonly unknown[]) => unknown
  /** Returns the body that an event was made with, from a decoded one. Default: the decoded one is the same. */
  readonly bodyIn?: (decoded: unknown) => unknown
  /** Makes an event with one record whose body cannot be decoded. The body should hold the text. */
  readonly malformed: (text: string) => unknown
}

/** Events of other services, and values that are not events. */
const foreign: readonly unknown[] = [
  undefined,
  null,
  1,
  'text',
  [],
  {},
  { Records: 'none' },
  { Records: [{ eventSource: 'aws:other' }] },
]

const oddRecords: readonly unknown[] = [undefined, null, 1, 'text', [], {}, { attributes: 1, kinesis: null }]

const recordsOf = ({ source, eventOf }: SourceContractContext, bodies: readonly unknown[]): readonly unknown[] =>
  source.recordsOf(eventOf(bodies)) ?? []

const tryRecords = (source: EventSource, event: unknown): unknown => {
  try {
    return source.recordsOf(event)
  } catch (error) {
    ok(isInvalidPayload(error))
    return undefined
  }
}

/**
 * What every event source must do: for the tests of a source of your own.
 *
 * @example
 * test.each(sourceContract)('$name', ({ check }) => check({ source: lines(), eventOf, malformed }))
 */
export const sourceContract: readonly ContractCase<SourceContractContext>[] = [
  {
    name: 'an event has a record for each body, in order',
    check: (context) => {
      const bodies = [{ a: 1 }, { a: 2 }, { text: 'héllo 世界' }]
      const decoded = recordsOf(context, bodies).flatMap(
        (record) => context.source.bodiesOf?.(record) ?? [context.source.bodyOf(record)],
      )
      deepEqual(decoded.map(context.bodyIn ?? ((body) => body)), bodies)
    },
  },
  {
    name: 'an event without records is empty',
    check: (context) => equal(recordsOf(context, []).length, 0),
  },
  {
    name: 'an event of another service is not taken',
    check: ({ source }) => {
      if (source.reports === 'none') return // takes any event
      for (const event of foreign) ok((tryRecords(source, event) as unknown[] | undefined)?.length !== 1)
    },
  },
  {
    name: 'each record has an identifier of its own, unless failures cannot be named',
    check: (context) => {
      const ids = recordsOf(context, [{ a: 1 }, { a: 2 }]).map((record) => context.source.idOf(record))
      if (context.source.reports === 'none') return
      ok(ids.every((id) => id !== undefined && id !== ''))
      notDeepEqual(ids[0], ids[1])
    },
  },
  {
    name: 'a malformed record throws InvalidPayloadError, and does not quote the body',
    check: ({ source, malformed }) => {
      const secret = 'a secret of the body'
      const [record] = source.recordsOf(malformed(secret)) ?? []
      throws(
        () => source.bodiesOf?.(record) ?? source.bodyOf(record),
        (error) => {
          ok(isInvalidPayload(error))
          ok(!error.message.includes(secret))
          return true
        },
      )
    },
  },
  {
    name: 'odd records throw nothing before they are decoded',
    check: ({ source }) => {
      for (const record of oddRecords) {
        source.idOf(record)
        source.idOf(record, true)
        source.groupOf?.(record)
        source.senderGroupOf?.(record)
        source.deduplicationKeyOf?.(record)
        source.arnOf?.(record)
        source.headersOf?.(record, undefined)
        source.receiveCountOf?.(record)
        source.traceHeaderOf?.(record, undefined)
        source.partitionOf?.(record)
      }
    },
  },
  {
    name: 'the content of an odd record is returned, or InvalidPayloadError is thrown',
    check: ({ source }) => {
      for (const record of oddRecords) {
        try {
          source.contentOf?.(record)
        } catch (error) {
          ok(isInvalidPayload(error))
        }
      }
    },
  },
  {
    name: 'the event of one record has this record and no other',
    check: (context) => {
      const { source } = context
      for (const record of recordsOf(context, [{ a: 1 }, { a: 2 }])) {
        if (source.eventOf !== undefined) deepEqual(source.recordsOf(source.eventOf(record)), [record])
      }
    },
  },
  {
    name: 'a record with another text has that body and its own identifier, and the record stays as it was',
    check: (context) => {
      const { source, bodyIn = (body) => body } = context
      if (source.withText === undefined) return
      const [record] = recordsOf(context, [{ a: 1 }])
      const edited = source.withText(record, '{"a":2}')
      deepEqual(bodyIn(source.bodyOf(edited)), { a: 2 })
      deepEqual(source.idOf(edited), source.idOf(record))
      deepEqual(bodyIn(source.bodyOf(record)), { a: 1 })
    },
  },
  {
    name: 'what was sent has a type and a body, which the body of the record decides',
    check: (context) => {
      const { source } = context
      if (source.sentOf === undefined) return
      const [first, second] = recordsOf(context, [{ a: 1 }, { a: 2 }]).map((record) => source.sentOf?.(record))
      for (const sent of [first, second]) {
        ok(sent !== undefined && sent.type !== '')
        ok(typeof sent.body === 'string' || sent.body instanceof Uint8Array)
      }
      notDeepEqual(first?.body, second?.body)
    },
  },
  {
    name: 'an odd record is edited and sent back, or InvalidPayloadError is thrown',
    check: ({ source }) => {
      for (const record of oddRecords) {
        for (const answer of [
          () => source.eventOf?.(record),
          () => source.withText?.(record, '{}'),
          () => source.sentOf?.(record),
        ]) {
          try {
            answer()
          } catch (error) {
            ok(isInvalidPayload(error))
          }
        }
      }
    },
  },
  {
    name: 'deduplication keys are unique and stable',
    check: (context) => {
      if (context.source.deduplicationKeyOf === undefined || context.source.reports === 'none') return
      const keys = (): (string | undefined)[] =>
        recordsOf(context, [{ a: 1 }, { a: 2 }]).map((record) => context.source.deduplicationKeyOf?.(record))
      const [first, second] = keys()
      ok(first !== undefined && second !== undefined && first !== second)
      deepEqual(keys(), [first, second])
    },
  },
]
