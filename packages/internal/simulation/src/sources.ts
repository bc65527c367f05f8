import { queueUrl, traceHeaderOf } from './clients.ts'
import type { HeadersSpec, MessageSpec, Scenario, TargetSpec } from './scenario.ts'
import type { Kwargs, SourceMessage, Target } from './world.ts'

/** Lambdas, streams and shards. Their sequence numbers are the same: Kinesis promises unique ones within a shard only. */
const shards = [
  { functionName: 'simulated', stream: 'one', shard: 0 },
  { functionName: 'simulated', stream: 'one', shard: 1 },
  { functionName: 'simulated', stream: 'two', shard: 0 },
  { functionName: 'other', stream: 'one', shard: 0 },
]

/** Makes the messages of a run. */
export const createSources = (scenario: Scenario): readonly SourceMessage[] => {
  const inShard = [0, 0, 0, 0]
  return scenario.messages.map((spec, number) => {
    const position = inShard[spec.shard] ?? 0
    inShard[spec.shard] = position + 1
    return createSource(scenario, spec, number, position)
  })
}

const createSource = (scenario: Scenario, spec: MessageSpec, number: number, position: number): SourceMessage => {
  const { source, paths, options } = scenario
  const { functionName, stream, shard } = shards[spec.shard] as (typeof shards)[number]
  const plain: Kwargs = { number, group: spec.group, trace: 'start', pad: 'x'.repeat(spec.pad) }
  const kwargs = spec.body === 'prototype' ? withPrototype(plain) : plain
  const isProcessed = ['plain', 'byteOrderMark', 'prototype', 'lowerCase'].includes(spec.body)
  const path = spec.path % paths.length
  const isForged = spec.headers === 'forged' && source !== 'raw'
  return {
    number,
    spec,
    group:
      source === 'fifo'
        ? `group${spec.group}`
        : source === 'kinesis'
          ? `${functionName} ${stream} ${shard}`
          : undefined,
    id: source === 'kinesis' ? `4954511524349098501828006771497314458${1000 + position}` : `message-${number}`,
    arn:
      source === 'kinesis'
        ? `arn:aws:kinesis:::stream/${stream}`
        : `arn:aws:sqs:::source${source === 'fifo' ? '.fifo' : ''}`,
    functionName: source === 'kinesis' ? functionName : 'simulated',
    kwargs,
    text: bodyOf(scenario, spec, number, path, kwargs),
    path: isProcessed ? path : undefined,
    isUndeliverable: isForged || spec.pad > options.maxBytes,
    ends: [],
  }
}

/** An own member `__proto__`, as JSON may have one. */
const withPrototype = (kwargs: Kwargs): Kwargs =>
  JSON.parse(`${JSON.stringify(kwargs).slice(0, -1)},"__proto__":{"number":99}}`) as Kwargs

/** The body as JSON text. */
const bodyOf = ({ source }: Scenario, spec: MessageSpec, number: number, path: number, kwargs: Kwargs): string => {
  const along =
    source === 'kinesis' ? { lpipe: { AWSTraceHeader: traceHeaderOf(number), ...headersOf(spec.headers, number) } } : {}
  const textWith = (name: string): string => JSON.stringify({ path: name, kwargs, ...along })
  const name = `P${path}`
  switch (spec.body) {
    case 'notJson':
      return `{ no json ${number}`
    case 'array':
      return `[${number}]`
    case 'noKwargs':
      return JSON.stringify({ path: name, number })
    case 'hugeNumber':
      return `{"path":"${name}","kwargs":{"number":${number},"huge":1e400}}`
    case 'noPath':
      return textWith('NOWHERE')
    case 'lowerCase':
      return textWith(`Path.p${path}`)
    case 'byteOrderMark':
      return `\uFEFF${textWith(name)}`
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

/** The record of an SQS event. */
export const sqsRecord = (source: SourceMessage, receives: number, receiptHandle: string): object => {
  const { number, spec, id, arn, text, group } = source
  const attributes = Object.entries(headersOf(spec.headers, number))
  return {
    messageId: id,
    receiptHandle,
    body: text,
    attributes: {
      ApproximateReceiveCount: String(receives),
      MessageGroupId: group ?? 'tenant',
      AWSTraceHeader: traceHeaderOf(number),
    },
    messageAttributes: {
      ...Object.fromEntries(attributes.map(([name, stringValue]) => [name, { dataType: 'String', stringValue }])),
      ...(spec.headers === 'broken' && { odd: null, binary: { dataType: 'Binary', binaryValue: 'AA==' } }),
    },
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
  }
}

/** The record of a Kinesis event. */
export const kinesisRecord = ({ id, arn, text, spec }: SourceMessage): object => ({
  eventID: `shardId-00000000000${shards[spec.shard]?.shard}:${id}`,
  eventSource: 'aws:kinesis',
  eventSourceARN: arn,
  kinesis: { sequenceNumber: id, partitionKey: 'key', data: Buffer.from(text).toString('base64') },
})

/** A record of a RAW event: an object, or a text if its body is not plain JSON. */
export const rawRecord = ({ text, spec }: SourceMessage): unknown =>
  ['notJson', 'hugeNumber', 'byteOrderMark'].includes(spec.body) ? text : JSON.parse(text)

/** Makes the targets of a run, one for each queue of the graph. */
export const createTargets = ({ targets }: Scenario): Target[] => {
  const made: Target[] = []
  for (const [index, spec] of targets.entries()) {
    const [first] = made
    if (first !== undefined && spec.relation === 'alias') {
      first.aliases += 1
      first.isNamed ||= isNamed(targets, index, first)
      made.push(first)
    } else {
      const hasTwin =
        first === undefined || first.kind === 'kinesis' || made.some(({ key }) => key === queueUrl(first.name, 1))
      made.push(createTarget(spec, index, hasTwin ? undefined : first))
    }
  }
  return made
}

/** Whether a queue of the graph is given by its name. A twin has a URL; an alias is the first queue, named the other way. */
export const isNamed = (targets: readonly TargetSpec[], index: number, { key, name, kind }: Target): boolean => {
  if (kind === 'kinesis' || key !== queueUrl(name)) return false
  const isAlias = index > 0 && targets[index]?.relation === 'alias'
  return isAlias ? !targets[0]?.byName : targets[index]?.byName === true
}

const createTarget = (spec: TargetSpec, index: number, first: Target | undefined): Target => {
  const isTwin = spec.relation === 'twin' && first !== undefined
  const kind = isTwin ? first.kind : spec.kind
  const name = isTwin ? first.name : `target${index}${kind === 'fifo' ? '.fifo' : ''}`
  return {
    key: kind === 'kinesis' ? name : queueUrl(name, isTwin ? 1 : 0),
    name,
    kind,
    strictOrder: spec.strictOrder && kind !== 'standard',
    computed: spec.computed,
    ownLimit: spec.ownLimit,
    path: spec.hasPath ? 'NEXT' : undefined,
    down: spec.down,
    isDeadLetter: false,
    isNamed: !isTwin && spec.byName && kind !== 'kinesis',
    aliases: 1,
    accepted: new Map(),
  }
}

/** Makes the target of dead letters. */
export const createDeadLetters = ({ options: { deadLetter } }: Scenario): Target => {
  const isFifo = deadLetter === 'fifo'
  const name = `dead-letters${isFifo ? '.fifo' : ''}`
  return {
    key: queueUrl(name),
    name,
    kind: isFifo ? 'fifo' : 'standard',
    strictOrder: false,
    computed: false,
    ownLimit: null,
    path: undefined,
    down: 'no',
    isDeadLetter: true,
    isNamed: true,
    aliases: 1,
    accepted: new Map(),
  }
}
