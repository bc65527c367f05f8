import type { Mapping, MappingContext } from './mapping.ts'
import type { LocalFunction, LocalPipelineOptions, Source } from './options.ts'
import type { SendOptions } from './send.ts'

/** The differences between queues and streams as options: one value for each kind of source. */
export interface SourceKind {
  /** the option of `localPipeline` that declares the resources of this kind */
  readonly option: 'queues' | 'streams'
  /** the member of a source that names such a resource */
  readonly member: 'queue' | 'stream'
  /** @throws InvalidConfigurationError if AWS would refuse the resource */
  checkResource(path: string, name: string, resource: object, options: LocalPipelineOptions): void
  /** @throws InvalidConfigurationError if AWS would refuse the event source mapping */
  checkSource(path: string, source: Source, fn: LocalFunction, options: LocalPipelineOptions): void
}

/** The resources of a kind, once they are created. */
export interface SourceService {
  /** the names of the resources */
  readonly names: readonly string[]
  send<T>(name: string, messages: readonly T[], options: SendOptions<T>): Promise<string[]>
  /** Starts an event source mapping. */
  map(context: MappingContext, source: Source): Mapping
}
