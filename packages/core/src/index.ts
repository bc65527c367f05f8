/** The language that users write graphs in. */
export type { EventSource } from './adapters/event-source.ts'
export type { DeliveryOptions, Sender } from './adapters/sender.ts'
export type { Batch, LpipeContext } from './batch/batch.ts'
export type { FunctionLogger, LogFields, Logger } from './batch/logger.ts'
export type { Message } from './batch/message.ts'
export { type Action, type ActionOptions, type AnyFunction, action } from './language/action.ts'
export type { Call, State } from './language/call.ts'
export {
  FailButContinue,
  FailCatastrophically,
  InvalidConfigurationError,
  InvalidPathError,
  InvalidPayloadError,
  type Issue,
  LpipeError,
  type Outcome,
  UndeliverableError,
} from './language/errors.ts'
export { type FnOptions, fn, type Signed } from './language/fn.ts'
export { type Payload, payload } from './language/payload.ts'
export { type Contract, type Queue, type QueueOptions, queue, type Sending } from './language/queue.ts'
export type { Input, Output, StandardSchema } from './schema/standard-schema.ts'
export type { Kwargs } from './values.ts'
