export { type CallOptions, call } from './call.ts'
export type { ContractCase } from './contract.ts'
export { awslogsEvent, eventBridgeEvent, kinesisEvent, type RecordOptions, sqsEvent } from './events.ts'
export {
  type InvocationOutcomes,
  invoke,
  invokeWithOutcomes,
  lambdaContext,
  type MessageOutcome,
} from './invoke.ts'
export { type LoggedLine, type MemoryLogger, memoryLogger, silentLogger } from './loggers.ts'
export {
  type MemoryQueue,
  type MemoryQueueOptions,
  type MemorySenders,
  memoryQueue,
  memorySenders,
  type Sent,
} from './memory-queue.ts'
export { entryFor, type SenderContractContext, senderContract } from './sender-contract.ts'
export { type SourceContractContext, sourceContract } from './source-contract.ts'
