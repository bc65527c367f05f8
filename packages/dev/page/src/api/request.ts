import type { ApiError } from '../../../src/api/types.ts'
import { takeToken } from './token.ts'

const token = takeToken(location, history, sessionStorage)

/** An error that the server answered with, or that it did not answer. */
export class RequestError extends Error {
  override name = 'RequestError'
  readonly code: ApiError['error']['code'] | 'unreachable'

  constructor(code: RequestError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Sends a request with the token. Throws RequestError unless its status is a success. */
export const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
  const headers = new Headers(init.headers)
  headers.set('authorization', `Bearer ${token}`)
  const response = await fetch(path, { ...init, headers }).catch((error: unknown) => {
    if (init.signal?.aborted) throw error
    throw new RequestError('unreachable', 'The server does not answer. Is `lpipe dev` still running?')
  })
  if (!response.ok) throw await errorOf(response)
  return response
}

const errorOf = async (response: Response): Promise<RequestError> => {
  const body = (await response.json().catch(() => undefined)) as Partial<ApiError> | undefined
  return new RequestError(
    body?.error?.code ?? 'internal',
    body?.error?.message ?? `The server answered ${response.status}.`,
  )
}

export const get = async <Result>(path: string, signal?: AbortSignal): Promise<Result> =>
  (await (await send(path, signal === undefined ? {} : { signal })).json()) as Result

export const post = async <Result>(path: string, body: unknown): Promise<Result> =>
  (await (
    await send(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  ).json()) as Result

/** Returns a query string of the members that are set. */
export const query = (members: Readonly<Record<string, string | number | undefined>>): string => {
  const set = Object.entries(members).filter(([, value]) => value !== undefined && value !== '')
  return set.length === 0 ? '' : `?${new URLSearchParams(set.map(([key, value]) => [key, String(value)]))}`
}
