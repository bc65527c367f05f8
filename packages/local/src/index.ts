export { failedIn } from './batch-response.ts'
export type { DrainedOptions } from './drained.ts'
export type { Environment } from './environment.ts'
export type { Filter } from './filter.ts'
export type {
  LocalFunction,
  LocalPipelineOptions,
  LocalQueue,
  LocalStream,
  QueueSource,
  SourceOptions,
  StreamSource,
} from './options.ts'
export { type LocalPipeline, localPipeline } from './pipeline.ts'
export type { SendOptions } from './send.ts'
export type { StoredMessage } from './sqs-server.ts'
export type { FunctionStatistics } from './statistics.ts'
export type { CallCount, Calls } from './traffic.ts'
