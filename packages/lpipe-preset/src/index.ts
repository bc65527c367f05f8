export {
  type Action,
  type ActionOptions,
  type AnyFunction,
  action,
  type Batch,
  type Call,
  type DeliveryOptions,
  type EventSource,
  FailButContinue,
  FailCatastrophically,
  type FunctionLogger,
  fn,
  InvalidConfigurationError,
  InvalidPathError,
  InvalidPayloadError,
  type Kwargs,
  type LogFields,
  type Logger,
  type LpipeContext,
  LpipeError,
  type Message,
  type Output,
  type Payload,
  payload,
  type Queue,
  type Sender,
  type Sending,
  type Signed,
  type StandardSchema,
  UndeliverableError,
} from '@lpipe/core'
export type { QueueWithoutSchema, WithGraph } from '@lpipe/core/middleware'
export type { GraphMiddleware, KnownGraph, PathDefinition, Paths } from '@lpipe/path-router'
export type { DeadLetter } from '@lpipe/payload-chain'
export { queueKinesis } from '@lpipe/queue-kinesis'
export { queueSqs } from '@lpipe/queue-sqs'
export { type LpipeOptions, lpipe } from './lpipe.ts'
export { toMermaid } from './mermaid.ts'
export { queue } from './queue.ts'
