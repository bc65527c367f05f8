/** For tools that run and watch systems. */

export { arnOf } from './arns.ts'
export { type Environment, environmentOf } from './environment.ts'
export type { Invocation, RunInvocation } from './invoke.ts'
export { callHandler, createRunHandler, type HandlerOptions, timeoutText } from './run-handler.ts'
export type { InspectedMessage, QueueCount } from './sqs-server.ts'
export { type Pipeline, type PipelineTools, startPipeline } from './start-pipeline.ts'
export { accessKeyOf, type ServerCall } from './traffic.ts'
