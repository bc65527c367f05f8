/** For tools that run or read systems. */

export type { LoadedFunction, Loader } from './load.ts'
export { checkSystem } from './options/check-system.ts'
export { type Accepts, createFilter, type Filter } from './options/filter.ts'
export { isFifo } from './options/names.ts'
export {
  type CheckedOptions,
  defaultMemory,
  defaultTimeout,
  defaultVisibilityTimeout,
  type FunctionSettings,
  type HandlerFunction,
  type QueueSource,
  type Source,
  type SourceOptions,
  type StreamSource,
  type Subscription,
  type SubscriptionFilter,
  type SystemFunction,
  type SystemQueue,
  type SystemStream,
  type SystemTopic,
  sourcesOf,
  type TopicSource,
} from './options/types.ts'
export { isSystem, loaderOf, type System } from './system.ts'
