import { functionId } from '@lpipe/system'
import type { DescribedSystem } from '../environment/protocol.ts'
import { type GraphModel, resourceId } from '../trace/graph.ts'
import type { Finding } from './types.ts'

/** Returns a finding with the node of the graph that it is about. */
export const findingOf = (finding: DescribedSystem['findings'][number], graph: Pick<GraphModel, 'has'>): Finding => {
  const { source, ...rest } = finding
  const node = nodeOf(finding.place, graph)
  return { ...rest, ...(source === undefined ? {} : { source }), ...(node === undefined ? {} : { node }) }
}

const ids: Readonly<Record<string, (name: string) => string>> = {
  functions: functionId,
  queues: (name) => resourceId('sqs', name),
  streams: (name) => resourceId('kinesis', name),
}

const nodeOf = (place: string, { has }: Pick<GraphModel, 'has'>): string | undefined => {
  const [, option = '', quoted, plain] = /^(\w+)(?:\['([^']+)'\]|\.([\w-]+))/.exec(place) ?? []
  const id = ids[option]?.(quoted ?? plain ?? '')
  return id !== undefined && has(id) ? id : undefined
}
