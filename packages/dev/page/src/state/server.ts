import { signal } from '@preact/signals'
import type { FlowEvent, Generation } from '../../../src/api/types.ts'
import { readEvents } from '../api/events.ts'
import { api } from '../api/index.ts'
import { RequestError } from '../api/request.ts'
import { resource } from './resource.ts'
import { StatsStore } from './stats.ts'
import { toast } from './toasts.ts'
import { whenHidden, whenVisible } from './visibility.ts'

/** Whether events arrive. `refused`: the server has another token, because it was started again. */
export const connection = signal<'connecting' | 'live' | 'lost' | 'refused'>('connecting')

export const status = resource(api.status)
export const graph = resource(api.graph)
export const schemas = resource(api.schemas)
export const queues = resource(api.queues)
export const findings = resource(api.findings)
export const stats = new StatsStore()

/** How many dead letters there are. */
export const deadLetterCount = signal<number | undefined>(undefined)
/** Raised when messages are new or have changed: lists fetch again. */
export const messagesVersion = signal(0)
/** Raised when dead letters came or went. */
export const deadLettersVersion = signal(0)
/** Messages that are being generated, and those that were, the newest last. */
export const generations = signal<readonly Generation[]>([])

/** What is called with each `flow` event: the dots of the graph. */
export const flowListeners = new Set<(event: FlowEvent) => void>()

const reloadAll = async (): Promise<void> => {
  const parts = [status, graph, schemas, queues, findings]
  await Promise.all([...parts.map((part) => part.reload()), fetchNumbers()])
}

const fetchNumbers = async (): Promise<void> => {
  const [numbers, letters, generated] = await Promise.all([api.stats(), api.deadLetters({}), api.generations()])
  stats.replace(numbers)
  deadLetterCount.value = letters.total
  generations.value = generated.generations
  messagesVersion.value++
  deadLettersVersion.value++
}

const keepGeneration = (changed: Generation): void => {
  const others = generations.value.filter(({ id }) => id !== changed.id)
  generations.value = [...others, changed]
}

const listen = (signal: AbortSignal): Promise<void> =>
  readEvents(
    {
      hello: () => {
        connection.value = 'live'
        void reloadAll().catch(() => {}) // the parts keep their errors
      },
      stats: (event) => stats.update(event),
      flow: (event) => {
        for (const listener of flowListeners) listener(event)
      },
      messages: () => {
        messagesVersion.value++
      },
      reload: ({ problem, lambdas }) => {
        if (problem !== undefined) toast('bad', `The sources cannot be built, the old code still runs. ${problem}`)
        else if (lambdas.length > 0) toast('ok', `New code runs in ${lambdas.join(', ')}.`)
        for (const part of [status, graph, schemas, queues, findings]) void part.reload()
      },
      generate: keepGeneration,
      'dead-letters': ({ total }) => {
        deadLetterCount.value = total
        deadLettersVersion.value++
      },
    },
    signal,
  )

const retryMillis = 1_500
/** A browser opens six connections to a server: hidden tabs must not keep all of them. */
const hiddenMillis = 60_000

/** Reads events while the tab is seen, until the signal aborts, and connects again if the connection is lost. */
export const connect = async (signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    await whenVisible()
    const hidden = whenHidden(hiddenMillis)
    const error = await listen(AbortSignal.any([signal, hidden.signal])).catch((failure: unknown) => failure)
    hidden.stop()
    if (signal.aborted) return
    if (hidden.signal.aborted) {
      connection.value = 'connecting'
      continue
    }
    connection.value = error instanceof RequestError && error.code === 'unauthorized' ? 'refused' : 'lost'
    await new Promise((resolve) => setTimeout(resolve, retryMillis))
  }
}
