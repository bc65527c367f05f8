/** For authors of middlewares, event sources and tools. */
export { bytesOf, isParsed, parseJson, parseJsonBytes, utf8, withoutByteOrderMark } from './adapters/decode.ts'
export type { Enclosed, Envelope, MessageContent, OpenedSoFar } from './adapters/envelope.ts'
export { isAggregated, isCompressed, refuseEnvelope } from './adapters/envelope-hint.ts'
export type { BatchItemIdentifier, EventSource, FailureReports, Headers, SentRecord } from './adapters/event-source.ts'
export { addHeadersMember, readHeadersMember } from './adapters/headers-member.ts'
export { holdsRounded, holdsUnsafe, isKept, markRounded } from './adapters/numbers.ts'
export { pathFrom, recordsFrom } from './adapters/records.ts'
export type { Outbox, OutboxOptions, Prepared, Sender } from './adapters/sender.ts'
export { isSourceQueue, type SourceQueue } from './adapters/source-queue.ts'
export type { Batch, BatchHooks, Chain, LpipeRequest, MiddlewareName, Router, SendCounters } from './batch/batch.ts'
export {
  type BatchTrace,
  batchChannel,
  channels,
  type EntryTrace,
  entryChannel,
  type FunctionTrace,
  functionChannel,
  type MessageTrace,
  messageChannel,
  type SendTrace,
  type SentEntry,
  sendChannel,
  traceBatch,
} from './batch/channels.ts'
export { completeBatch } from './batch/complete.ts'
export { after, type Deadline, finishesWithin } from './batch/deadline.ts'
export { type DryRun, dryRunContext, dryRunOf } from './batch/dry-run.ts'
export { exactJson, InexactJsonError } from './batch/exact-json.ts'
export { batchOf, InvocationBatch, openBatch, peekBatch, type Received } from './batch/invocation-batch.ts'
export { boundLogger, jsonLogger, levels, log } from './batch/logger.ts'
export {
  BatchMessage,
  errorOf,
  isPending,
  type MessageBatch,
  messageIdOf,
  throwInvalidRecord,
} from './batch/message.ts'
export { enterMiddleware } from './batch/middleware-order.ts'
export { blockedByFailure } from './batch/ordering.ts'
export { type ProcessOptions, processMessages } from './batch/process.ts'
export { guardResponse, ResponseGuard } from './batch/response-guard.ts'
export { recordHandlerResults, reject, rejectDeadLetter, reopen, settle } from './batch/results.ts'
export { type SafeJsonOptions, safeJson } from './batch/safe-json.ts'
export { type AnyAction, isAction, type Param } from './language/action.ts'
export { type GraphMade, graphChannel, queueChannel } from './language/channels.ts'
export {
  type Disposition,
  describeError,
  dispositionOf,
  errorMessage,
  errorName,
  errorType,
  invalidConfiguration,
  isError,
  isInvalidConfiguration,
  isInvalidPayload,
  isNotInstalled,
  isSkipped,
  isUndeliverable,
  SkippedError,
} from './language/errors.ts'
export type { IsAccepted, KwargsProblem, MemberProblem } from './language/fit.ts'
export { nameOf, type Signature, signatureOf } from './language/fn.ts'
export type { GraphOf, HandlerGraph, WithGraph } from './language/handler-graph.ts'
export type { Json } from './language/json.ts'
export { checkOptions, type Expectation, type Rule, type Rules } from './language/options.ts'
export { createPayload, isPayload, nearPayloadIn, payloadsIn } from './language/payload.ts'
export {
  type CustomQueueOptions,
  checkQueue,
  isQueue,
  type KinesisQueueOptions,
  type QueueOf,
  type QueueOptionsOf,
  type QueueWithoutSchema,
  queueLabel,
  type SqsQueueOptions,
  type TextFrom,
} from './language/queue.ts'
export { quotes } from './schema/issue-quotes.ts'
export { validationError } from './schema/issues.ts'
export { type ActionParams, type Params, type ReadParams, readParamsOf } from './schema/params.ts'
export { hasIssues, type SchemaResult, validate } from './schema/standard-schema.ts'
export {
  getOwn,
  ignoreRejection,
  isObject,
  isThenable,
  nonEmptyString,
  notPromise,
  quantity,
  setOwn,
  sha256,
  toPromise,
  tryOr,
  typeName,
} from './values.ts'
