import type { System } from '@lpipe/system/tools'
import type { DescribedFunction, DescribedSystem } from './protocol.ts'

/** Returns the options of a system that are plain data. */
export const plainOptions = ({
  queues,
  streams,
  functions,
}: Pick<System, 'queues' | 'streams' | 'functions'>): Pick<DescribedSystem, 'queues' | 'streams' | 'functions'> => ({
  queues,
  streams,
  functions: Object.fromEntries(
    Object.entries(functions).map(([name, { load: _, ...settings }]): [string, DescribedFunction] => [name, settings]),
  ),
})
