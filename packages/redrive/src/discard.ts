import type { EventSource } from '@lpipe/core'
import type { AwsClient } from '@lpipe/core/aws'
import { checkOptions, invalidConfiguration } from '@lpipe/core/middleware'
import { type Audit, auditToConsole } from './audit.ts'
import { checkFrom, eachDeadLetter, openDeadLetterQueue, remove } from './dead-letter-queue.ts'
import { type DeadLetterFilter, filterRule, type MatchesDeadLetter, readFilter } from './filter.ts'
import type { LeftDeadLetter } from './redrive.ts'
import { loadSqs } from './sdk.ts'
import { readSources, sourcesRule } from './sources/index.ts'

/** Options of `discardDeadLetters()`. */
export interface DiscardDeadLettersOptions {
  /** The dead-letter queue: its name or its URL. */
  readonly from: string
  /** Required, because what is discarded is gone. `{}` selects all. */
  readonly filter: DeadLetterFilter | MatchesDeadLetter
  /** Why: a text for the audit lines. */
  readonly note: string
  /** Event sources that are not lpipe's own: they say how their records are read, for `filter`. */
  readonly sources?: readonly EventSource[]
  /** Receives a line for each dead letter. Default: a line of JSON with `console.info`. */
  readonly audit?: Audit
  /** The SQS client. Default: one made from the SDK's own environment. */
  readonly client?: AwsClient
  /** Most dead letters that match the filter. Default: as many as the queue holds at the beginning. */
  readonly limit?: number
}

/** What `discardDeadLetters()` did. */
export interface DiscardResult {
  /** The ids of those that were deleted. */
  readonly discarded: readonly string[]
  /** Dead letters that match the filter and are still in the queue. */
  readonly left: readonly LeftDeadLetter[]
}

/**
 * Deletes dead letters for good.
 *
 * @throws InvalidConfigurationError if an option is wrong, or if the AWS SDK is not installed
 * @throws the AWS SDK's error if the dead-letter queue cannot be read
 * @example
 * await discardDeadLetters({ from: 'orders-dead-letters', filter: { path: 'OLD' }, note: 'path OLD was removed' })
 */
export const discardDeadLetters = async (options: DiscardDeadLettersOptions): Promise<DiscardResult> => {
  checkOptions('discardDeadLetters', options, {
    from: 'string',
    filter: filterRule,
    note: 'string',
    sources: sourcesRule,
    audit: 'function',
    client: 'object',
    limit: 'count',
  })
  const { from, filter, note, sources, audit = auditToConsole, client, limit } = options
  checkFrom('discardDeadLetters', from)
  if (filter === undefined) invalidConfiguration('discardDeadLetters: requires `filter`; `{}` selects all dead letters')
  if (!note) invalidConfiguration('discardDeadLetters: requires `note`: why the dead letters are deleted')
  const matches = readFilter('discardDeadLetters', filter)
  const queue = await openDeadLetterQueue(await loadSqs(client), from)
  const discarded: string[] = []
  const left: LeftDeadLetter[] = []
  await eachDeadLetter(queue, { matches, limit, sourceNamed: readSources(sources) }, async (received) => {
    const messages = received.map(({ message }) => message)
    const deleted = await remove(queue, messages)
    for (const message of messages) {
      const { MessageId: messageId = '' } = message
      const line = { time: new Date().toISOString(), from, messageId, note }
      if (deleted.has(message)) {
        discarded.push(messageId)
        await audit({ ...line, action: 'discarded' })
      } else {
        const reason = 'it could not be deleted'
        left.push({ messageId, reason })
        await audit({ ...line, action: 'kept', reason })
      }
    }
    return deleted
  })
  return { discarded, left }
}
