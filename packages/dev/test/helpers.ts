import { cp, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Dev,
  type DevOptions,
  type Events,
  type Graph,
  type Journey,
  type MessageSummary,
  type Status,
  startDev,
} from '@lpipe/dev'

const packageFolder = fileURLToPath(new URL('../', import.meta.url))

/** A copy of `test/shop`, so that a test can change its sources. */
export interface Shop {
  readonly config: string
  readonly edit: (file: string, change: (text: string) => string) => Promise<void>
  readonly remove: () => Promise<void>
}

export const copyShop = async (): Promise<Shop> => {
  const folder = await mkdtemp(join(tmpdir(), 'lpipe-dev-'))
  await cp(join(packageFolder, 'test/shop'), folder, { recursive: true })
  await symlink(join(packageFolder, 'node_modules'), join(folder, 'node_modules'))
  return {
    config: join(folder, 'lpipe.config.ts'),
    edit: async (file, change) => {
      const path = join(folder, file)
      // In one step: a file that is emptied and then written could be built between the two.
      await writeFile(`${folder}.new`, change(await readFile(path, 'utf8')))
      await rename(`${folder}.new`, path)
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** A server, with a client of its API. */
export interface RunningShop extends Shop {
  readonly dev: Dev
  /** What was printed. */
  readonly lines: string[]
  readonly get: <T>(path: string) => Promise<T>
  readonly post: <T>(path: string, body: unknown) => Promise<T>
  readonly events: (query?: string) => Promise<EventReader>
  /** Waits until a message has one of these states. */
  readonly reaches: (id: string, ...states: readonly MessageSummary['state'][]) => Promise<MessageSummary>
  /** Waits until all messages of a way have ended. */
  readonly journey: (id: string) => Promise<Journey>
  /** Waits until the graph has the payloads that functions return. */
  readonly completeGraph: () => Promise<Graph>
  readonly stop: () => Promise<void>
}

/** @param prepare changes the copy of the shop before it starts */
export const startShop = async (
  options: DevOptions = {},
  prepare: (shop: Shop) => Promise<void> = async () => undefined,
): Promise<RunningShop> => {
  const shop = await copyShop()
  await prepare(shop)
  const lines: string[] = []
  const dev = await startDev({
    config: shop.config,
    port: 0,
    watch: false,
    print: (line) => void lines.push(line),
    ...options,
  })
  const client = clientOf(dev)
  // Messages for it would wait for ever.
  const broken = (await client.get<Status>('/api/status')).lambdas.filter(({ state }) => state !== 'ready')
  if (broken.length > 0) throw new Error(`${broken.map(({ name, problem }) => `${name}: ${problem}`)}`)
  return {
    ...shop,
    ...client,
    dev,
    lines,
    stop: async () => {
      await dev.stop()
      await shop.remove()
    },
  }
}

/** A client of the API of a server. */
export const clientOf = (
  dev: Pick<Dev, 'origin' | 'token'>,
): Pick<RunningShop, 'get' | 'post' | 'events' | 'reaches' | 'journey' | 'completeGraph'> => {
  const authorization = `Bearer ${dev.token}`

  const request = async <T>(path: string, init: RequestInit): Promise<T> => {
    const response = await fetch(dev.origin + path, init)
    const content = await response.json()
    if (!response.ok) throw new Error(`${response.status} ${path}: ${JSON.stringify(content)}`)
    return content as T
  }
  const get = <T>(path: string): Promise<T> => request<T>(path, { headers: { authorization } })
  const events = async (query = ''): Promise<EventReader> => {
    const response = await fetch(`${dev.origin}/api/events${query}`, { headers: { authorization } })
    return readEvents(response)
  }
  const find = async (id: string): Promise<MessageSummary | undefined> =>
    (await get<{ messages: MessageSummary[] }>(`/api/messages?id=${encodeURIComponent(id)}`)).messages[0]

  return {
    get,
    post: (path, body) =>
      request(path, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    events,
    reaches: async (id, ...states) => {
      const reader = await events('?topics=messages')
      try {
        let message = await find(id)
        while (message === undefined || !states.includes(message.state)) {
          await reader.next('messages')
          message = await find(id)
        }
        return message
      } finally {
        await reader.close()
      }
    },
    journey: async (id) => {
      const reader = await events('?topics=messages')
      try {
        let journey = await get<Journey>(`/api/messages/${encodeURIComponent(id)}`)
        while (journey.endedAt === undefined) {
          await reader.next('messages')
          journey = await get<Journey>(`/api/messages/${encodeURIComponent(id)}`)
        }
        return journey
      } finally {
        await reader.close()
      }
    },
    completeGraph: async () => {
      const reader = await events('?topics=reload')
      try {
        let graph = await get<Graph>('/api/graph')
        while (!graph.complete) {
          await reader.next('reload')
          graph = await get<Graph>('/api/graph')
        }
        return graph
      } finally {
        await reader.close()
      }
    },
  }
}

/** Reads server-sent events. */
export interface EventReader {
  /** Waits for the next event of a name that fits. */
  readonly next: <K extends keyof Events>(name: K, fits?: (data: Events[K]) => boolean) => Promise<Events[K]>
  /** Waits for the next event of one of some names. */
  readonly nextOf: (...names: readonly (keyof Events)[]) => Promise<{ readonly name: string; readonly data: unknown }>
  readonly close: () => Promise<void>
}

const readEvents = async (response: Response): Promise<EventReader> => {
  const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const nextEvent = async (): Promise<{ readonly name: string; readonly data: unknown }> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end !== -1) {
        const [, name = '', data = '{}'] = /^event: (.*)\ndata: (.*)$/.exec(text.slice(0, end)) ?? []
        text = text.slice(end + 2)
        if (name !== '') return { name, data: JSON.parse(data) }
        continue
      }
      const { value, done } = await reader.read()
      if (done) throw new Error('the stream of events has ended')
      text += value
    }
  }
  const next: EventReader['next'] = async (name, fits = () => true) => {
    for (;;) {
      const event = await nextEvent()
      if (event.name === name && fits(event.data as never)) return event.data as never
    }
  }
  const nextOf: EventReader['nextOf'] = async (...names) => {
    for (;;) {
      const event = await nextEvent()
      if (names.some((name) => name === event.name)) return event
    }
  }
  await next('hello')
  return { next, nextOf, close: () => reader.cancel() }
}
