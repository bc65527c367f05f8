import { arnOf } from './arns.ts'
import { markOf, traceHeaderOf } from './marks.ts'
import { pathName } from './paths.ts'
import type { HeadersSpec, MessageSpec, Scenario } from './scenario.ts'
import type { Signatures } from './signed-functions.ts'
import type { Kwargs, Shard, SourceMessage, SourceRecord } from './world.ts'

/** Lambdas, streams and shards. Their sequence numbers are the same: Kinesis promises unique ones within a shard only. */
const shards: readonly Shard[] = [
  { functionName: 'simulated', stream: 'one', shard: 0 },
  { functionName: 'simulated', stream: 'one', shard: 1 },
  { functionName: 'simulated', stream: 'two', shard: 0 },
  { functionName: 'other', stream: 'one', shard: 0 },
]

const onlyShard: Shard = { functionName: 'simulated', stream: 'source', shard: 0 }

/** Makes the records of a run, with their messages. */
export const createRecords = (scenario: Scenario, signatures?: Signatures): readonly SourceRecord[] => {
  const { messages, perRecord } = scenario
  const positions = new Map<string, number>()
  const records: SourceRecord[] = []
  for (let from = 0; from < messages.length; from += perRecord) {
    const made = messages
      .slice(from, from + perRecord)
      .map((spec, index) => createMessage(scenario, signatures, spec, from + index, messages[from] as MessageSpec))
    const group = groupOf(scenario, messages[from] as MessageSpec)
    const position = positions.get(group ?? '') ?? 0
    positions.set(group ?? '', position + 1)
    const record = createRecord(scenario, made as [SourceMessage], records.length, position)
    for (const message of made) message.record = record
    records.push(record)
  }
  return records
}

const shardOf = ({ source }: Scenario, { shard }: MessageSpec): Shard =>
  source === 'kinesis' || source === 'dynamodb' || source === 'kafka' ? (shards[shard] as Shard) : onlyShard

const groupOf = (scenario: Scenario, spec: MessageSpec): string | undefined => {
  const { functionName, stream, shard } = shardOf(scenario, spec)
  if (scenario.source === 'fifo') return `group${spec.group}`
  if (scenario.source === 'standard' || scenario.source === 'raw') return undefined
  return `${functionName} ${stream} ${shard}`
}

/** @param position that of the record in its shard */
const createRecord = (
  scenario: Scenario,
  messages: readonly [SourceMessage, ...SourceMessage[]],
  number: number,
  position: number,
): SourceRecord => {
  const { source, perRecord } = scenario
  const [{ spec, text, number: first }] = messages
  const shard = shardOf(scenario, spec)
  const identifiers = {
    standard: `message-${number}`,
    fifo: `message-${number}`,
    kinesis: `4954511524349098501828006771497314458${1000 + position}`,
    dynamodb: `${100_000_000_000 + position}`,
    kafka: { partition: `${shard.stream}-${shard.shard}`, offset: position },
    raw: undefined,
  }
  const arns = {
    standard: arnOf('sqs', 'source'),
    fifo: arnOf('sqs', 'source.fifo'),
    kinesis: arnOf('kinesis', `stream/${shard.stream}`),
    dynamodb: `arn:aws:dynamodb:::table/${shard.stream}/stream/1`,
    kafka: 'arn:aws:kafka:::cluster/one',
    raw: '',
  }
  return {
    number,
    messages,
    group: groupOf(scenario, spec),
    identifier: identifiers[source],
    arn: arns[source],
    shard,
    text: perRecord === 1 ? text : JSON.stringify({ bundle: messages.map((one) => one.text) }),
    headers: headersOf(spec.headers, first),
    ends: [],
  }
}

const processed: readonly MessageSpec['body'][] = ['plain', 'byteOrderMark', 'prototype', 'lowerCase', 'deep']

/** @param first the specification of its record's first message, whose headers are those of an SQS or Kafka record */
const createMessage = (
  scenario: Scenario,
  signatures: Signatures | undefined,
  spec: MessageSpec,
  number: number,
  first: MessageSpec,
): SourceMessage => {
  const { source, paths, options, entries, handler, seed } = scenario
  // A handler of the user's own sees a message before a signature does.
  const isInvalid = signatures !== undefined && handler === 'graph' && number % signatures.every === 0
  const value = signatures && oneAt(isInvalid ? signatures.refused : signatures.accepted, seed + number)
  // The value takes the place of padding: a message is not longer than without it, unless it is refused.
  const limit = (source === 'raw' ? Math.min(spec.pad, 5000) : spec.pad) - (signatures ? lengthOf(value) : 0)
  const pad = markOf(Math.max(0, limit))
  const plain: Kwargs = { number, group: spec.group, trace: 'start', pad, ...(signatures && { value }) }
  const kwargs = spec.body === 'prototype' ? withPrototype(plain) : plain
  const path = spec.path % paths.length
  const isEntry = entries === 'all' || path === 0
  const headers = { standard: first, fifo: first, kafka: first, kinesis: spec, dynamodb: undefined, raw: undefined }
  return {
    number,
    spec,
    record: undefined as never, // it is made next
    kwargs,
    text: bodyOf(scenario, spec, number, path, kwargs),
    path: processed.includes(spec.body) && isEntry && !isInvalid ? path : undefined,
    isUndeliverable: headers[source]?.headers === 'forged' || pad.length > options.maxBytes || spec.body === 'deep',
    isInvalid,
  }
}

/** The length of a member in the JSON text of an object. */
const lengthOf = (value: unknown): number => JSON.stringify({ value }).length

const oneAt = <T>(list: readonly T[], index: number): T => list[index % list.length] as T

/** An own member `__proto__`, as JSON may have one. */
const withPrototype = (kwargs: Kwargs): Kwargs =>
  JSON.parse(`${JSON.stringify(kwargs).slice(0, -1)},"__proto__":{"number":99}}`) as Kwargs

/** Deeper than `JSON.stringify` can go. */
const deep = '['.repeat(20_000) + ']'.repeat(20_000)

/** The body as JSON text. Each names its number first, so that a dead letter can be recognised. */
const bodyOf = ({ source }: Scenario, spec: MessageSpec, number: number, path: number, kwargs: Kwargs): string => {
  const along =
    source === 'kinesis' ? { lpipe: { AWSTraceHeader: traceHeaderOf(number), ...headersOf(spec.headers, number) } } : {}
  const textWith = (name: string): string => JSON.stringify({ path: name, kwargs, ...along })
  const name = pathName(path)
  switch (spec.body) {
    case 'notJson':
      return `{ no json, number: ${number}`
    case 'array':
      return `["number", ${number}]`
    case 'noKwargs':
      return JSON.stringify({ path: name, number })
    case 'hugeNumber':
      return `{"path":"${name}","kwargs":{"number":${number},"huge":1e400}}`
    case 'noPath':
      return textWith('NOWHERE')
    case 'foreignCase':
      return textWith(name.replace('S', 'ſ'))
    case 'lowerCase':
      return textWith(`Path.${name.toLowerCase()}`)
    case 'byteOrderMark':
      return `\uFEFF${textWith(name)}`
    case 'deep':
      return textWith(name).replace('"trace"', `"deep":${deep},"trace"`)
    case 'plain':
    case 'prototype':
      return textWith(name)
  }
}

/** A count of hops that lpipe may have written, and texts that it cannot have written. */
const forged = '999|a|b|c|d|e|f'
const broken = ['x'.repeat(3000), '5|a', '0', '-1|a', '9'.repeat(400)]

const headersOf = (headers: HeadersSpec, number: number): Readonly<Record<string, string>> => {
  if (headers === 'none') return {}
  return { 'lpipe-trail': headers === 'forged' ? forged : (broken[number % broken.length] as string) }
}
