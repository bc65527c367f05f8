import type { Source } from '@lpipe/system/tools'
import type { Mapping, MappingContext } from './mapping.ts'
import type { SendOptions } from './send.ts'

/** The resources of a kind, once they are created. */
export interface SourceService {
  /** the names of the resources */
  readonly names: readonly string[]
  send<T>(name: string, messages: readonly T[], options: SendOptions<T>): Promise<string[]>
  /** Starts an event source mapping. */
  map(context: MappingContext, source: Source): Mapping
}
