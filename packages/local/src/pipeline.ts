import { InvalidConfigurationError } from '@lpipe/core'
import { checkSystem } from '@lpipe/system/tools'
import type { LocalPipeline } from './local-pipeline.ts'
import type { LocalPipelineOptions } from './options.ts'
import { startPipeline } from './start-pipeline.ts'

/**
 * Starts an SQS, an SNS and a Kinesis server in this process, and invokes handlers as the event source mappings of Lambda do.
 *
 * @param options a system, or its options: the queues, streams and functions
 * @throws InvalidConfigurationError if an option is wrong, if AWS would refuse it, or if a handler cannot be imported
 * @example
 * const local = await localPipeline({
 *   queues: { orders: { deadLetter: { queue: 'orders-dead', maxReceiveCount: 3 } }, 'orders-dead': {} },
 *   functions: { orders: { handler, source: { queue: 'orders' } } },
 * })
 * await local.send('orders', [{ path: 'ORDER', kwargs: { item: 'a hat' } }])
 * await local.drained({ timeoutSeconds: 10 })
 * await local.stop()
 * @example
 * const local = await localPipeline({ ...theSystem, logger })
 */
export const localPipeline = async (options: LocalPipelineOptions): Promise<LocalPipeline> => {
  checkSystem(options, ['region', 'environment', 'logger'])
  if (options.environment !== undefined && typeof options.environment !== 'boolean') {
    throw new InvalidConfigurationError(
      `localPipeline: \`environment\` must be a boolean, received ${JSON.stringify(options.environment)}`,
    )
  }
  const { inspect: _, counts: __, ...pipeline } = await startPipeline(options)
  return pipeline
}
