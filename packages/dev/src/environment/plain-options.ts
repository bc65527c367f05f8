import type { System } from '@lpipe/system/tools'
import type { DescribedFunction, DescribedSystem } from './protocol.ts'

/** What runs of a system: a system, or its options. */
export type RunSystem = Pick<System, 'queues' | 'streams' | 'functions'> & Partial<Pick<System, 'topics'>>

/** Returns the options of a system that are plain data. */
export const plainOptions = ({
  queues,
  streams,
  topics = {},
  functions,
}: RunSystem): Pick<DescribedSystem, 'queues' | 'streams' | 'topics' | 'functions'> => ({
  queues,
  streams,
  topics,
  functions: Object.fromEntries(
    Object.entries(functions).map(([name, { load: _, ...settings }]): [string, DescribedFunction] => [name, settings]),
  ),
})
