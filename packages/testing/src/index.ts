export { awslogsEvent, eventBridgeEvent, kinesisEvent, type RecordOptions, sqsEvent } from './events.ts'
export { invoke, lambdaContext } from './invoke.ts'
export { type MemoryQueue, type MemoryQueueOptions, memoryQueue, type Sent } from './memory-queue.ts'
export { type Demand, entryFor, type SenderTrial, senderContract } from './sender-contract.ts'
