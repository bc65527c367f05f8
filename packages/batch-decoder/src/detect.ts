import { type EventSource, InvalidPayloadError } from '@lpipe/core'
import { getOwn, invalidConfiguration, isObject, tryOr, typeName } from '@lpipe/core/middleware'
import { fixes, foreignServiceIn, serviceOf } from './sources/foreign.ts'
import { kinesisSource } from './sources/kinesis.ts'
import { rawSource } from './sources/raw.ts'
import { sqsSource } from './sources/sqs.ts'

/** The sources that have names. */
export type SourceName = 'sqs' | 'kinesis' | 'raw'

/** Where events may come from: a name, an event source, or a list that is tried in order. */
export type SourceOption = SourceName | EventSource | readonly (SourceName | EventSource)[]

type IsEnvelope = (event: unknown) => boolean

const factories: Readonly<Record<SourceName, (isGiven: boolean, isEnvelope: IsEnvelope) => EventSource>> = {
  sqs: sqsSource,
  kinesis: kinesisSource,
  raw: rawSource,
}

/**
 * Returns the sources to try, in order.
 *
 * @param isEnvelope whether an envelope opens an event itself: then it is a RAW event
 * @throws InvalidConfigurationError for a value that is not a source
 */
export const sourcesFrom = (option: SourceOption | undefined, isEnvelope: IsEnvelope): readonly EventSource[] => {
  if (option === undefined) return Object.values(factories).map((factory) => factory(false, isEnvelope))
  const list = Array.isArray(option) ? option : [option]
  if (list.length === 0) invalidConfiguration('batchDecoder: `source` must not be an empty list')
  return list.map((one: unknown) => {
    if (typeof one === 'string' && Object.hasOwn(factories, one)) {
      return factories[one as SourceName](list.length === 1, isEnvelope)
    }
    if (isEventSource(one)) return one
    return invalidConfiguration(
      `batchDecoder: \`source\` must be 'sqs', 'kinesis', 'raw' or an EventSource, received ${describeOption(one)}`,
    )
  })
}

/** The packages of envelopes and of sources both export a `sns`. */
const describeOption = (value: unknown): string => {
  if (typeof value === 'string') return `'${value}'`
  if (isObject(value) && typeof value['opens'] === 'function') return 'an envelope. Set it in `envelopes`'
  return typeof value === 'function' ? 'function. Call it, as in `source: kafka()`' : typeName(value)
}

const isEventSource = (value: unknown): value is EventSource =>
  isObject(value) && ['recordsOf', 'idOf', 'bodyOf'].every((name) => typeof value[name] === 'function')

/**
 * Returns the first source that an event belongs to, with the event's records.
 *
 * @throws InvalidPayloadError if it belongs to none: read as another one, each of its records would be dropped
 * @throws InvalidConfigurationError for an event of a tumbling window
 */
export const detectSource = (
  event: unknown,
  sources: readonly EventSource[],
): { readonly source: EventSource; readonly records: readonly unknown[] } => {
  refuseWindow(event)
  for (const source of sources) {
    const records: unknown = source.recordsOf(event)
    if (Array.isArray(records)) return { source, records }
    if (records !== undefined) refuseRecords(source, records)
  }
  // mutant: foreign-event
  const services = servicesIn(event)
  throw new InvalidPayloadError(
    `batchDecoder: expected an event of ${sources.map(({ name }) => name).join(' or ')}, received ` +
      `${describeEvent(event, services)}. None of it was processed. ${fixFor(services)}`,
  )
}

const refuseRecords = ({ name }: EventSource, records: unknown): never => {
  tryOr(() => records, undefined) // a promise may reject
  return invalidConfiguration(
    `event source ${name}: \`recordsOf\` must return an array or undefined, received ${typeName(records)}`,
  )
}

/**
 * Lambda takes a response without `state` for a failed invocation, and the last event of a window may have no records: it
 * would be taken for an empty batch.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
 */
const refuseWindow = (event: unknown): void => {
  if (!isObject(getOwn(event, 'window')) || getOwn(event, 'isFinalInvokeForWindow') === undefined) return
  invalidConfiguration(
    'batchDecoder: the event belongs to a tumbling window, and a response of lpipe has no `state`, so that Lambda would take ' +
      'it for a failed invocation. None of it was processed. Remove `TumblingWindowInSeconds` from the event source mapping, ' +
      'or aggregate in a function without lpipe',
  )
}

const servicesIn = (event: unknown): readonly (string | undefined)[] => {
  const records = Array.isArray(event) ? event : getOwn(event, 'Records')
  return [...new Set(Array.isArray(records) ? records.map(serviceOf) : [serviceOf(event)])]
}

const describeEvent = (event: unknown, services: readonly (string | undefined)[]): string => {
  const records = Array.isArray(event) ? event : getOwn(event, 'Records')
  if (!Array.isArray(records)) return foreignServiceIn(event, false) ?? typeName(event)
  if (records.length === 0) return 'no records'
  const named = services.some((service) => service !== undefined) ? undefined : foreignServiceIn(records, false)
  return named ?? `records of ${services.map((service) => service ?? 'no `eventSource`').join(' and ')}`
}

const fixFor = ([service, another]: readonly (string | undefined)[]): string => {
  const fix = service !== undefined && Object.hasOwn(fixes, service) ? fixes[service] : undefined
  return fix === undefined || another !== undefined ? 'Set `source` to an EventSource that reads it' : fix
}
