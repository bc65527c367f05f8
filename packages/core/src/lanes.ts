import type { Batch } from './batch.ts'
import { NotTried } from './errors.ts'
import type { Message } from './message.ts'

/**
 * Why a message must fail with one before it in its lane: done now, it would overtake that one.
 *
 * @returns undefined if none before it failed, or if a stream's batch goes on after a failure
 */
export const behindFailure = ({ broken, keepGoing }: Batch, { lane, index }: Message): NotTried | undefined => {
  const failed = keepGoing || lane === undefined ? undefined : broken.get(lane)
  if (failed === undefined || failed.index >= index) return undefined
  return new NotTried(`message ${failed.id ?? failed.index} failed, and they stay in order`)
}
