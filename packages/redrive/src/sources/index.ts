import type { EventSource } from '@lpipe/core'
import { isObject, type Rule } from '@lpipe/core/middleware'
import { kafka } from './kafka.ts'
import { kinesis } from './kinesis.ts'
import { raw } from './raw.ts'
import type { RecordSource } from './source.ts'
import { sqs } from './sqs.ts'

/** Those without a file of their own are delivered in `Records`, and nothing can be sent back to them. */
const builtIn: readonly RecordSource[] = [sqs, kinesis, kafka, raw, { name: 'dynamodb' }, { name: 'sns' }]

/** Returns the source that a dead letter names; undefined if it is not known. */
export type SourceNamed = (name: string | null) => RecordSource | undefined

/** The rule of the option `sources`. */
export const sourcesRule = {
  expected: 'an array of event sources',
  accepts: (value) =>
    Array.isArray(value) && value.every((one) => isObject(one) && typeof one['recordsOf'] === 'function'),
} as const satisfies Rule

/** Reads the option `sources`. They come before those that are built in, which answer what one of the same name leaves open. */
export const readSources = (sources: readonly EventSource[] = []): SourceNamed => {
  const all = [...sources.map(completed), ...builtIn]
  return (name) => all.find((source) => source.name === name)
}

/** The list that `lpipe()` takes may be passed, with `sqs()` in it. */
const completed = (source: RecordSource): RecordSource => {
  const own = builtIn.find(({ name }) => name === source.name) ?? source
  const open = Object.entries(own).filter(([member]) => source[member as keyof RecordSource] === undefined)
  return open.length === 0 ? source : Object.assign(Object.create(source), Object.fromEntries(open))
}
