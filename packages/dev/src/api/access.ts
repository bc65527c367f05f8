import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import type { ApiError } from './types.ts'

/** Returns an error response. */
export const errorBody = (code: ApiError['error']['code'], message: string): ApiError => ({ error: { code, message } })

const hash = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * Refuses requests of other pages in the browser.
 *
 * - `Host` must be a name of the loopback interface with this port. A page whose name was made to lead here has another one (DNS
 *   rebinding).
 * - `Origin`, if there is one, must be this server (cross-site requests).
 * - A request to the API must carry the token, which no other page knows.
 *
 * @param port returns the port of this server
 */
export const guardAccess = (token: string, port: () => number): MiddlewareHandler => {
  const expected = hash(`Bearer ${token}`)

  return async (context, next) => {
    const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port()}`)
    const host = context.req.header('host') ?? ''
    if (!hosts.includes(host)) {
      return errorResponse(403, errorBody('forbidden', `the \`Host\` must be ${hosts[0]}`))
    }
    const origin = context.req.header('origin')
    if (origin !== undefined && origin !== `http://${host}`) {
      return errorResponse(403, errorBody('forbidden', 'requests of other origins are refused'))
    }
    const isApi = context.req.path === '/api' || context.req.path.startsWith('/api/')
    if (isApi && !timingSafeEqual(hash(context.req.header('authorization') ?? ''), expected)) {
      const text =
        'the header `authorization: Bearer TOKEN` is missing or wrong. The token is in the URL that was printed'
      return errorResponse(401, errorBody('unauthorized', text))
    }
    await next()
    setHeaders(context.res.headers)
    return undefined
  }
}

const errorResponse = (status: number, body: ApiError): Response => {
  const response = Response.json(body, { status })
  setHeaders(response.headers)
  return response
}

/** The page may load what this server sends, and nothing else; no other page may frame it or read it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const setHeaders = (headers: Headers): void => {
  headers.set('content-security-policy', policy)
  headers.set('x-content-type-options', 'nosniff')
  headers.set('x-frame-options', 'DENY')
  headers.set('referrer-policy', 'no-referrer')
  headers.set('cross-origin-resource-policy', 'same-origin')
  headers.set('cross-origin-opener-policy', 'same-origin')
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
}
