import type { EventSource } from '@lpipe/core'
import type { AwsClient } from '@lpipe/core/aws'
import { checkOptions } from '@lpipe/core/middleware'
import type { DeadLetterMessage } from './dead-letter-message.ts'
import { checkFrom, eachDeadLetter, openDeadLetterQueue } from './dead-letter-queue.ts'
import { type DeadLetterFilter, filterRule, type MatchesDeadLetter, readFilter } from './filter.ts'
import { loadSqs } from './sdk.ts'
import { readSources, sourcesRule } from './sources/index.ts'

/** Options of `listDeadLetters()`. */
export interface ListDeadLettersOptions {
  /** The dead-letter queue: its name or its URL. */
  readonly from: string
  /** Default: all. */
  readonly filter?: DeadLetterFilter | MatchesDeadLetter
  /** Event sources that are not lpipe's own: they say how their records are read. */
  readonly sources?: readonly EventSource[]
  /** The SQS client. Default: one made from the SDK's own environment. */
  readonly client?: AwsClient
  /** Most dead letters that match the filter. Default: as many as the queue holds at the beginning. */
  readonly limit?: number
}

/**
 * Reads dead letters, and leaves them in their queue. SQS counts it as a receive, and hides them from others meanwhile.
 *
 * @throws InvalidConfigurationError if an option is wrong, or if the AWS SDK is not installed
 * @throws the AWS SDK's error if the dead-letter queue cannot be read
 * @example
 * const letters = await listDeadLetters({ from: 'orders-dead-letters', filter: { error: 'InvalidPayloadError' } })
 */
export const listDeadLetters = async (options: ListDeadLettersOptions): Promise<DeadLetterMessage[]> => {
  checkOptions('listDeadLetters', options, {
    from: 'string',
    filter: filterRule,
    sources: sourcesRule,
    client: 'object',
    limit: 'count',
  })
  const { from, filter, sources, client, limit } = options
  checkFrom('listDeadLetters', from)
  const matches = readFilter('listDeadLetters', filter)
  const letters: DeadLetterMessage[] = []
  const selection = { matches, limit, sourceNamed: readSources(sources) }
  await eachDeadLetter(await openDeadLetterQueue(await loadSqs(client), from), selection, async (received) => {
    letters.push(...received.map(({ letter }) => letter))
    return new Set()
  })
  return letters
}
