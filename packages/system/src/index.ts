export { type AsyncApiOptions, toAsyncApi } from './asyncapi.ts'
export { compare } from './compare.ts'
export { type DescribeOptions, describe } from './describe.ts'
export {
  type ActionDescription,
  type Description,
  type FunctionDescription,
  isDescription,
  type JsonSchema,
  type PathDescription,
  type PayloadDescription,
  type QueueReference,
  type Resource,
  type SignedDescription,
  type SourceDescription,
} from './description.ts'
export type { Finding } from './findings/finding.ts'
export { check } from './findings/index.ts'
export { problemsBetween } from './fits/index.ts'
export { toHtml } from './html.ts'
export { toMermaid } from './mermaid.ts'
export type {
  FunctionSettings,
  QueueSource,
  Source,
  SourceOptions,
  StreamSource,
  Subscription,
  SubscriptionFilter,
  SystemFunction,
  SystemQueue,
  SystemStream,
  SystemTopic,
  TopicSource,
} from './options/types.ts'
export {
  type EdgeKind,
  functionId,
  type Picture,
  type PictureEdge,
  type PictureNode,
  pathId,
  pictureOf,
} from './picture.ts'
export { toSvg } from './svg.ts'
export { type System, type SystemOptions, system } from './system.ts'
