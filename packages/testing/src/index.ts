export { type CallOptions, call } from './call.ts'
export type { ContractCase } from './contract.ts'
export {
  awslogsEvent,
  type DynamodbEventOptions,
  dynamodbEvent,
  eventBridgeEvent,
  type KafkaEventOptions,
  kafkaEvent,
  kinesisEvent,
  type RecordOptions,
  type S3EventOptions,
  type SnsEventOptions,
  s3Event,
  snsEvent,
  sqsEvent,
  type TestChange,
} from './events.ts'
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
export { entryFor, type SenderContractContext, sendEntries, senderContract } from './sender-contract.ts'
export { type SourceContractContext, sourceContract } from './source-contract.ts'
