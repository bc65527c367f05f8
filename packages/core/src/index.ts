export {
  type Action,
  type ActionOptions,
  type AnyFunction,
  action,
  isAction,
  type Param,
} from './action.ts'
export {
  type Batch,
  batchOf,
  type Call,
  type Chain,
  type LpipeContext,
  type LpipeRequest,
  openBatch,
  peekBatch,
  type Router,
  type Source,
  type State,
  type Tally,
} from './batch.ts'
export type { DeadLetter } from './dead-letter.ts'
export { ownDelayOf, type RetryDelay } from './delay.ts'
export { answeringMillis, endBatch } from './ending.ts'
export {
  FailButContinue,
  FailCatastrophically,
  InvalidConfigurationError,
  InvalidPathError,
  InvalidPayloadError,
  type Issue,
  inWords,
  isNotTried,
  LpipeError,
  misconfigured,
  NotTried,
  type Outcome,
  verdictOf,
} from './errors.ts'
export { behindFailure } from './lanes.ts'
export { boundLogger, type FunctionLogger, jsonLogger, type LogFields, type Logger, levels, tell } from './logger.ts'
export { groupOf, headerOf, headersName, type Message, makeMessage, reasonOf, refuse, waits } from './message.ts'
export { checkOptions, type Rule, type Rules } from './options.ts'
export { type Params, paramsFor, type ReadParams } from './params.ts'
export {
  isPayload,
  makePayload,
  type PathPayloadOptions,
  type Payload,
  payload,
  payloadsIn,
  type QueuePayloadOptions,
} from './payload.ts'
export type { Post, PostOptions } from './post.ts'
export {
  type CustomQueueOptions,
  isQueue,
  type KinesisQueueOptions,
  type Queue,
  type QueueOptions,
  queue,
  type Sending,
  type SqsQueueOptions,
  type TextFrom,
} from './queue.ts'
export { validationError } from './schema/issues.ts'
export { hasIssues, type Output, type SchemaResult, type StandardSchema, validate } from './schema/standard-schema.ts'
export { type Entry, type Refusal, refusalOf, type Sender, type SendOptions } from './sender.ts'
export { adopt, forEachWaiting, reject, resultsOf, settle } from './settled.ts'
export { fn, nameOf, type Signed, signatureOf } from './signature.ts'
export { type MessageSource, messageSource, type SourceCalls } from './source.ts'
export { isInTime } from './time.ts'
export {
  type BatchTrace,
  batchChannel,
  channels,
  type EntryTrace,
  type FunctionTrace,
  functionChannel,
  type MessageTrace,
  messageChannel,
  type SendTrace,
  traceBatch,
} from './trace.ts'
export { further, type Trail, textOfTrail, trailName, trailOf } from './trail.ts'
export { isObject, isThenable, type Kwargs, kindOf, ownOf, put, textOrNone, typeName } from './values.ts'
