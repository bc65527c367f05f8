import type { CheckedOptions, HandlerFunction, Source, SystemFunction } from './types.ts'

/** The differences between queues, streams and topics as options: one value for each kind of source. */
export interface SourceKind {
  /** the option of the system that declares the resources of this kind */
  readonly option: 'queues' | 'streams' | 'topics'
  /** the member of a source that names such a resource */
  readonly member: 'queue' | 'stream' | 'topic'
  /** @throws InvalidConfigurationError if AWS would refuse the resource */
  checkResource(path: string, name: string, resource: object, options: CheckedOptions): void
  /** @throws InvalidConfigurationError if AWS would refuse the event source mapping or the subscription */
  checkSource(path: string, source: Source, fn: SystemFunction | HandlerFunction, options: CheckedOptions): void
}
