import type { ApiError } from '@lpipe/dev'
import { CommandError, UsageError } from '../command-error.ts'

/** How the server of `lpipe dev` is reached. */
export interface DevAddress {
  /** `http://127.0.0.1:4400` */
  readonly origin: string
  readonly token: string
}

/** Calls the HTTP API of `lpipe dev`. */
export interface DevApi {
  readonly origin: string
  readonly get: <T>(path: string, query?: Readonly<Record<string, string | undefined>>) => Promise<T>
  readonly post: <T>(path: string, body: object) => Promise<T>
  /** Calls a function with each server-sent event, until the signal is aborted. Throws if the server ends. */
  readonly events: (
    query: Readonly<Record<string, string | undefined>>,
    signal: AbortSignal,
    onEvent: (name: string, data: unknown) => void,
  ) => Promise<void>
}

/**
 * Reads the URL that `lpipe dev` prints: `http://127.0.0.1:4400/#token=...`
 *
 * @throws UsageError if it is another one
 */
export const devAddressOf = (text: string, from: string): DevAddress => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const token = new URLSearchParams(url?.hash.slice(1)).get('token')
  if (url === undefined || !token) {
    throw new UsageError(
      `${from}: must be the URL that \`lpipe dev\` prints, with its token: http://127.0.0.1:4400/#token=...`,
    )
  }
  return { origin: url.origin, token }
}

/** Returns the API of a server. Its functions throw a CommandError with the server's text. */
export const createDevApi = ({ origin, token }: DevAddress): DevApi => {
  const call = async (path: string, init: RequestInit & { query?: Readonly<Record<string, string | undefined>> }) => {
    const url = new URL(path, origin)
    for (const [name, value] of Object.entries(init.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, value)
    }
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    let response: Response
    try {
      response = await fetch(url, { ...init, headers })
    } catch (cause) {
      if (init.signal?.aborted) throw cause
      throw new CommandError(`lpipe dev at ${origin} does not answer. Is it running?`, { cause })
    }
    if (response.ok) return response
    const { error } = (await response.json().catch(() => ({}))) as Partial<ApiError>
    throw new CommandError(`lpipe dev: ${error?.message ?? `it answered with status ${response.status}`}`)
  }
  return {
    origin,
    get: async (path, query = {}) => (await call(path, { query })).json() as never,
    post: async (path, body) => (await call(path, { method: 'POST', body: JSON.stringify(body) })).json() as never,
    events: async (query, signal, onEvent) => {
      const response = await call('/api/events', { query, signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error
      })
      if (response?.body) await readEvents(response.body, onEvent)
      if (!signal.aborted) throw new CommandError(`lpipe dev at ${origin} has ended`)
    },
  }
}

/** @see https://html.spec.whatwg.org/multipage/server-sent-events.html */
const readEvents = async (
  body: ReadableStream<Uint8Array>,
  onEvent: (name: string, data: unknown) => void,
): Promise<void> => {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of untilEnd(body)) {
    rest += decoder.decode(bytes, { stream: true })
    const blocks = rest.split(/\r?\n\r?\n/)
    rest = blocks.pop() ?? ''
    for (const block of blocks) readEvent(block, onEvent)
  }
}

/** A stream that breaks off has ended. */
async function* untilEnd<T>(stream: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* stream
  } catch {}
}

const readEvent = (block: string, onEvent: (name: string, data: unknown) => void): void => {
  const fields = block.split(/\r?\n/).map((line) => /^(event|data): ?(.*)$/.exec(line) ?? [])
  const name = fields.find(([, field]) => field === 'event')?.[2]
  const data = fields.flatMap(([, field, value = '']) => (field === 'data' ? [value] : []))
  if (name !== undefined && data.length > 0) onEvent(name, JSON.parse(data.join('\n')))
}
