import { SkippedError } from '../language/errors.ts'
import type { Batch } from './batch.ts'
import { type Message, messageIdOf } from './message.ts'

/**
 * Returns the error for a message that must not be processed because an earlier message of its ordering group failed.
 *
 * @returns undefined if no earlier one failed, or if a stream's batch continues after a failure
 */
export const blockedByFailure = (batch: Batch, { group, index }: Message): SkippedError | undefined => {
  const failed = group === undefined || batch.continuesAfterFailure ? undefined : batch.failedGroups.get(group)
  if (failed === undefined || failed.index >= index) return undefined
  return new SkippedError(`skipped, because message ${messageIdOf(failed)} of the same ordering group failed`)
}
