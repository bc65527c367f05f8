import { type EventSource, InvalidPayloadError } from '@lpipe/core'
import { getOwn, invalidConfiguration, isObject, typeName } from '@lpipe/core/middleware'
import { foreignServiceIn, serviceOf } from './sources/foreign.ts'
import { kinesisSource } from './sources/kinesis.ts'
import { rawSource } from './sources/raw.ts'
import { sqsSource } from './sources/sqs.ts'

/** The sources that have names. */
export type SourceName = 'sqs' | 'kinesis' | 'raw'

/** Where events may come from: a name, an event source, or a list that is tried in order. */
export type SourceOption = SourceName | EventSource | readonly (SourceName | EventSource)[]

const factories: Readonly<Record<SourceName, (isGiven: boolean) => EventSource>> = {
  sqs: sqsSource,
  kinesis: kinesisSource,
  raw: rawSource,
}

/**
 * Returns the sources to try, in order.
 *
 * @throws InvalidConfigurationError for a value that is not a source
 */
export const sourcesFrom = (option: SourceOption | undefined): readonly EventSource[] => {
  if (option === undefined) return Object.values(factories).map((factory) => factory(false))
  const list = Array.isArray(option) ? option : [option]
  if (list.length === 0) invalidConfiguration('batchDecoder: `source` must not be an empty list')
  return list.map((one: unknown) => {
    if (typeof one === 'string' && Object.hasOwn(factories, one)) return factories[one as SourceName](list.length === 1)
    if (isEventSource(one)) return one
    const received = typeof one === 'string' ? `'${one}'` : typeName(one)
    return invalidConfiguration(
      `batchDecoder: \`source\` must be 'sqs', 'kinesis', 'raw' or an EventSource, received ${received}`,
    )
  })
}

const isEventSource = (value: unknown): value is EventSource =>
  isObject(value) && ['recordsOf', 'idOf', 'bodyOf'].every((name) => typeof value[name] === 'function')

/**
 * Returns the first source that an event belongs to, with the event's records.
 *
 * @throws InvalidPayloadError if it belongs to none: read as another one, each of its records would be dropped
 */
export const detectSource = (
  event: unknown,
  sources: readonly EventSource[],
): { readonly source: EventSource; readonly records: readonly unknown[] } => {
  for (const source of sources) {
    const records = source.recordsOf(event)
    if (records !== undefined) return { source, records }
  }
  throw new InvalidPayloadError(
    `batchDecoder: expected an event of ${sources.map(({ name }) => name).join(' or ')}, received ${describeEvent(event)}. ` +
      'None of it was processed. Set `source` to an EventSource that reads it',
  )
}

const describeEvent = (event: unknown): string => {
  const records = Array.isArray(event) ? event : getOwn(event, 'Records')
  if (!Array.isArray(records)) return foreignServiceIn(event, false) ?? typeName(event)
  const names = new Set(records.map((record) => serviceOf(record) ?? 'no `eventSource`'))
  return `records of ${[...names].join(' and ')}`
}
