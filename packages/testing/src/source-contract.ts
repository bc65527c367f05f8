import { deepEqual, equal, notDeepEqual, ok, throws } from 'node:assert/strict'
import type { EventSource } from '@lpipe/core'
import { isInvalidPayload, isObject, isThenable } from '@lpipe/core/middleware'
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

/** What a source says about a record, beside its body. */
const answersOf = (source: EventSource, record: unknown, body?: unknown): Readonly<Record<string, unknown>> => ({
  idOf: source.idOf(record),
  pipedIdOf: source.idOf(record, true),
  groupOf: source.groupOf?.(record),
  senderGroupOf: source.senderGroupOf?.(record),
  deduplicationKeyOf: source.deduplicationKeyOf?.(record),
  arnOf: source.arnOf?.(record),
  headersOf: source.headersOf?.(record, body) ?? {},
  receiveCountOf: source.receiveCountOf?.(record),
  traceHeaderOf: source.traceHeaderOf?.(record, body),
  partitionOf: source.partitionOf?.(record),
})

const bodiesOf = (source: EventSource, record: unknown): readonly unknown[] =>
  source.bodiesOf?.(record) ?? [source.bodyOf(record)]

/** Whether an answer has its type. A promise has none of them. */
const hasType = (name: string, answer: unknown): boolean => {
  if (answer === undefined || answer === null) return true
  if (name === 'headersOf') {
    return isObject(answer) && !isThenable(answer) && Object.values(answer).every((value) => typeof value === 'string')
  }
  if (name === 'receiveCountOf') return typeof answer === 'number' && answer >= 0
  const isIdentifier = name === 'idOf' || name === 'pipedIdOf'
  return typeof answer === 'string' || (isIdentifier && isObject(answer) && !isThenable(answer))
}

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
    name: 'it has a name, and says how failures are reported',
    check: ({ source: { name, reports } }) => {
      ok(typeof name === 'string' && name !== '')
      ok(['each', 'first', 'first-of-each-group', 'none'].includes(reports))
    },
  },
  {
    name: 'an event has a record for each body, in order',
    check: (context) => {
      const bodies = [{ a: 1 }, { a: 2 }, { text: 'héllo 世界' }]
      const decoded = recordsOf(context, bodies).flatMap((record) => bodiesOf(context.source, record))
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
    name: 'each answer about a record has its type',
    check: (context) => {
      for (const record of recordsOf(context, [{ a: 1 }, { a: 2 }])) {
        const answers = answersOf(context.source, record, bodiesOf(context.source, record)[0])
        for (const [name, answer] of Object.entries(answers)) ok(hasType(name, answer), `the type of ${name}`)
      }
    },
  },
  {
    name: 'each answer is the same when it is asked for again, and changes neither the event nor its records',
    check: ({ source, eventOf }) => {
      const event = eventOf([{ a: 1 }, { a: 2 }])
      const before = JSON.stringify(event)
      const ask = () =>
        (source.recordsOf(event) ?? []).map((record) => {
          const bodies = bodiesOf(source, record)
          return [bodies, answersOf(source, record, bodies[0])]
        })
      const answers = ask()
      deepEqual(ask(), answers)
      equal(JSON.stringify(event), before)
    },
  },
  {
    name: 'a record has the same body if its content was read before',
    check: (context) => {
      const { source } = context
      if (source.contentOf === undefined) return
      for (const record of recordsOf(context, [{ a: 1 }, { a: 2 }])) {
        deepEqual(source.bodyOf(record, source.contentOf(record)), source.bodyOf(record))
      }
    },
  },
  {
    name: 'a malformed record throws InvalidPayloadError, and does not quote the body',
    check: ({ source, malformed }) => {
      const secret = 'a secret of the body'
      const [record] = source.recordsOf(malformed(secret)) ?? []
      throws(
        () => bodiesOf(source, record),
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
        for (const [name, answer] of Object.entries(answersOf(source, record))) {
          ok(hasType(name, answer), `the type of ${name}`)
        }
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
