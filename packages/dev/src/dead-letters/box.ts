import type { Pipeline } from '@lpipe/local/tools'
import type {
  AuditLine,
  DeadLetter,
  DeadLetterQuery,
  DeadLetterResult,
  DeadLetterSummary,
  DeadLetters,
  DiscardRequest,
  RedriveRequest,
} from '../api/types.ts'
import { captureText } from '../environment/capture.ts'
import type { Entries } from '../trace/entries.ts'
import { withoutUndefined } from '../trace/entry.ts'
import { deadLetterQueues, type GraphModel, resourceId } from '../trace/graph.ts'
import { groupLetters, matchesFilter } from './groups.ts'
import { createMovedMessages } from './moved-messages.ts'
import { letterSummary, type QueuedDeadLetter, readLetter } from './queued-dead-letter.ts'
import { sendBack } from './send-back.ts'
import { takeMessages } from './take.ts'

/** The dead letters of all queues. */
export interface DeadLetterBox {
  readonly list: (query: DeadLetterQuery) => Promise<DeadLetters>
  readonly find: (id: string) => Promise<QueuedDeadLetter | undefined>
  readonly show: (letter: QueuedDeadLetter) => DeadLetter
  readonly redrive: (request: RedriveRequest) => Promise<DeadLetterResult>
  readonly discard: (request: DiscardRequest) => Promise<DeadLetterResult>
  readonly audit: () => AuditLine[]
  /** The names of the dead-letter queues. */
  readonly queues: () => readonly string[]
  /** Reads what a dead-letter queue holds, and remembers which of its messages SQS has moved. */
  readonly inspect: (queue: string) => Promise<DeadLetterQueueContent>
}

/** What a dead-letter queue holds. */
export interface DeadLetterQueueContent {
  /** The ids of the messages that SQS has moved there. */
  readonly moved: readonly string[]
  /** When its oldest message was sent. */
  readonly oldestAt: number | undefined
}

/** What the box works with. */
export interface BoxParts {
  readonly pipeline: Pipeline
  readonly entries: Entries
  readonly graph: GraphModel
  /** the folder of the configuration */
  readonly folder: string
  /** Called for each dead letter that was redriven or discarded. */
  readonly onAudit: (line: AuditLine) => void
}

const defaultLimit = 1000
const maxAudit = 1000
const maxBodyBytes = 2_000_000

export const createDeadLetterBox = ({ pipeline, entries, graph, folder, onAudit }: BoxParts): DeadLetterBox => {
  const audit: AuditLine[] = []
  const moved = createMovedMessages(entries)

  const queues = (): string[] => {
    const ids = deadLetterQueues(graph.system().description)
    return Object.keys(pipeline.urls).filter((name) => ids.has(resourceId('sqs', name)))
  }

  const lettersOf = async (queue: string): Promise<QueuedDeadLetter[]> => {
    const sources = Object.entries(graph.system().queues).flatMap(([name, { deadLetter }]) =>
      deadLetter?.queue === queue ? [name] : [],
    )
    const messages = await pipeline.inspect(queue)
    return messages.map((message) => readLetter(message, { queue, sources, moved, entries, folder }))
  }

  const all = async (): Promise<QueuedDeadLetter[]> => {
    const letters = await Promise.all(queues().map(lettersOf))
    return letters.flat().sort((one, other) => other.message.sentAt - one.message.sentAt)
  }

  const selected = async (request: Pick<RedriveRequest, 'ids' | 'filter'>): Promise<readonly QueuedDeadLetter[]> => {
    const letters = await all()
    const { ids, filter = {} } = request
    if (ids === undefined) return letters.filter((letter) => matchesFilter(letter, filter))
    const wanted = new Set(ids)
    return letters.filter(({ message }) => wanted.has(message.messageId))
  }

  const record = (
    letter: QueuedDeadLetter,
    line: Pick<AuditLine, 'action' | 'edited'> & Partial<Pick<AuditLine, 'to' | 'newId' | 'note'>>,
  ): void => {
    const { message, kind, queue, error, path, function: name, body } = letter
    const written: AuditLine = withoutUndefined({
      time: Date.now(),
      id: message.messageId,
      kind,
      queue,
      error: error?.name,
      path,
      function: name,
      preview: body.slice(0, 200),
      ...line,
    })
    audit.unshift(written)
    audit.splice(maxAudit)
    onAudit(written)
  }

  /** Takes letters out of their queues, after `use` has done something with each. */
  const take = async (
    request: Pick<RedriveRequest, 'ids' | 'filter'>,
    use: (
      letter: QueuedDeadLetter,
      attributes: Parameters<typeof sendBack>[3],
    ) => Promise<Omit<DeadLetterResult['done'][number], 'id'>>,
  ): Promise<DeadLetterResult> => {
    const letters = await selected(request)
    const found = new Map(letters.map((letter) => [letter.message.messageId, letter]))
    const result: DeadLetterResult = { done: [], left: [] }
    for (const id of request.ids ?? [])
      if (!found.has(id)) result.left.push({ id, reason: 'there is no such dead letter' })
    for (const [queue, ofQueue] of Map.groupBy(letters, (letter) => letter.queue)) {
      const done = new Map<string, Omit<DeadLetterResult['done'][number], 'id'>>()
      await takeMessages({
        client: pipeline.clients.sqs,
        url: pipeline.urls[queue] ?? '',
        ids: new Set(ofQueue.map(({ message }) => message.messageId)),
        use: async ({ MessageId = '', MessageAttributes }) => {
          const letter = found.get(MessageId)
          if (letter !== undefined) done.set(MessageId, await use(letter, MessageAttributes))
        },
        onDone: (id, reason) => {
          if (reason === undefined) result.done.push({ id, ...done.get(id) })
          else result.left.push({ id, reason })
        },
      })
    }
    return result
  }

  const settle = ({ message }: QueuedDeadLetter, state: 'succeeded' | 'discarded'): void => {
    const entry = entries.get(message.messageId)
    if (entry !== undefined && entry.state !== 'dead') entries.setState(entry, state)
  }

  return {
    queues,
    inspect: async (queue) => {
      const messages = await pipeline.inspect(queue)
      const ids = messages.map(({ messageId }) => messageId)
      moved.remember(queue, ids)
      const times = messages.flatMap(({ sentAt }) => sentAt ?? [])
      return {
        moved: ids.filter((id) => moved.get(queue, id) !== undefined),
        oldestAt: times.length === 0 ? undefined : Math.min(...times),
      }
    },
    list: async ({ limit = defaultLimit, ...filter }) => {
      const letters = (await all()).filter((letter) => matchesFilter(letter, filter)).map(letterSummary)
      return { total: letters.length, groups: groupLetters(letters), deadLetters: letters.slice(0, limit) }
    },
    find: async (id) => (await all()).find(({ message }) => message.messageId === id),
    show: (letter): DeadLetter =>
      withoutUndefined({
        ...(letterSummary(letter) as DeadLetterSummary),
        body: captureText(letter.body, maxBodyBytes),
        letter: letter.record && captureText(letter.message.body, maxBodyBytes),
        fullError: letter.error,
        requestId: letter.requestId,
        attributes: { ...letter.attributes },
      }),
    redrive: ({ body, note, ...request }) =>
      take(request, async (letter, received) => {
        const { to, problem } = letter
        if (to === undefined || (problem !== undefined && body === undefined)) throw new Error(problem)
        const attributes = letter.record === undefined ? received : undefined
        const newId = await sendBack(pipeline, letter, body ?? letter.body, attributes)
        const sent = entries.get(newId)
        if (sent !== undefined) {
          sent.origin = 'redriven'
          entries.touch(sent)
        }
        settle(letter, 'succeeded')
        record(letter, {
          action: 'redriven',
          to,
          newId,
          edited: body !== undefined,
          ...(note === undefined ? {} : { note }),
        })
        return { to, newId }
      }),
    discard: ({ note, ...request }) =>
      take(request, async (letter) => {
        settle(letter, 'discarded')
        record(letter, { action: 'discarded', edited: false, note })
        return {}
      }),
    audit: () => audit,
  }
}
