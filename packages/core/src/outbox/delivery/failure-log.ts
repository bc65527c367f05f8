import type { Batch } from '../../batch/batch.ts'
import { log } from '../../batch/logger.ts'
import { queueLabel } from '../../language/queue.ts'
import { quantity } from '../../values.ts'
import type { Failure } from './failure.ts'
import type { Target } from './target.ts'

/** Counts a failure of a queue, and logs the first one at once. */
export const logFailure = (batch: Batch, target: Target, failure: Failure, entries: number): void => {
  target.failures += 1
  if (target.failures > 1) return
  const { code, reason, senderFault } = failure
  const queue = queueLabel(target.queue)
  const text = `${queue} did not accept an entry; it is ${senderFault ? 'not ' : ''}retried: ${code}: ${reason}`
  log(batch, 'warn', text, { queue, code, entries })
}

/** Logs how many failures of a queue there were, if the first one was not the only one. */
export const logFailureCount = (batch: Batch, { queue, failures }: Target): void => {
  if (failures < 2) return
  log(batch, 'warn', `${queueLabel(queue)} did not accept an entry ${quantity(failures, 'time')}`, { failures })
}
