import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { findDev, type LogsEvent, type SendResult, type Status } from '@lpipe/dev'
import { Validator } from '@seriousme/openapi-schema-validator'
import { routes } from '../src/api/routes.ts'
import { eventNames } from '../src/api/stream.ts'
import { type RunningShop, startShop } from './helpers.ts'

let shop: RunningShop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop.stop())

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** Sends a request with exactly these headers: `fetch` does not let a program set `Host`. */
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET', body = ''): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(shop.dev.origin)
    const asked = request({ hostname, port, path, method, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
    })
    asked.on('error', reject)
    asked.end(body)
  })

const authorization = () => ({ authorization: `Bearer ${shop.dev.token}` })

interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security?: unknown }>>>>
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> }
}

describe('the document of OpenAPI', () => {
  let document: Document
  beforeAll(async () => {
    document = await shop.get<Document>('/api/openapi.json')
  })

  test('is valid', async () => {
    const result = await new Validator().validate(structuredClone(document) as never)
    expect(result).toEqual({ valid: true })
    expect(document.openapi).toBe('3.1.0')
  })

  test('has every route that the server answers, and no other', async () => {
    const { createApp } = await import('../src/api/app.ts')
    const served = createApp({} as never, { token: 'x'.repeat(20), version: '1', port: () => 1 }).routes
    const own = served
      .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api/'))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(new Set(documented)).toEqual(new Set(own))
    expect(documented).toHaveLength(Object.keys(routes).length)
  })

  test('asks for the token everywhere', () => {
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods))
    expect(operations.filter(({ security }) => security === undefined)).toEqual([])
  })
})

test('a body that no message can need is refused', async () => {
  const response = await fetch(`${shop.dev.origin}/api/messages/send`, {
    method: 'POST',
    headers: { authorization: `Bearer ${shop.dev.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ to: 'orders', body: 'x'.repeat(20_000_000) }),
  })
  expect(response.status).toBe(400)
  const message = 'the body of a request must have at most 10000000 bytes'
  expect(await response.json()).toEqual({ error: { code: 'bad-request', message } })
})

test('answers are what the document says', async () => {
  const [id = ''] = await shop.dev.send('orders', [{ path: 'DROP', kwargs: {} }])
  await shop.reaches(id, 'dropped')
  const checked = { '/api/messages/{id}': id, '/api/messages/{id}/body': id, '/api/queues/{name}/messages': 'orders' }
  for (const route of Object.values(routes)) {
    const { path, method, responses } = route
    const value = checked[path as keyof typeof checked]
    if (method !== 'get' || path === '/api/events' || (path.includes('{') && value === undefined)) continue
    const answer = await shop.get<unknown>(path.replace(/\{\w+\}/, value ?? ''))
    const { schema } = (
      responses[200].content as {
        readonly 'application/json': { readonly schema: { parse: (value: unknown) => unknown } }
      }
    )['application/json']
    expect({ path, answer: schema.parse(answer) }).toEqual({ path, answer })
  }
})

describe('other pages in the browser', () => {
  test('are refused without the token, whatever they ask for', async () => {
    for (const { path, method } of Object.values(routes)) {
      const { status, body } = await ask(path.replaceAll(/[{}]/g, ''), {}, method.toUpperCase())
      expect({ path, status, code: JSON.parse(body).error.code }).toEqual({ path, status: 401, code: 'unauthorized' })
    }
    expect((await ask('/api/status', { authorization: `Bearer ${shop.dev.token}x` })).status).toBe(401)
    expect((await ask(`/api/status?token=${shop.dev.token}`)).status).toBe(401)
  })

  test.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1.evil.example:4400'])(
    'are refused with the host %s, as after DNS rebinding',
    async (host) => {
      for (const { path, method } of Object.values(routes)) {
        const headers = { ...authorization(), host }
        const { status, body } = await ask(path.replaceAll(/[{}]/g, ''), headers, method.toUpperCase())
        expect({ path, status, code: JSON.parse(body).error.code }).toEqual({ path, status: 403, code: 'forbidden' })
      }
      expect((await ask('/', { host })).status).toBe(403)
    },
  )

  test.each(['http://evil.example', 'null', 'http://127.0.0.1:1', 'https://localhost'])(
    'are refused with the origin %s',
    async (origin) => {
      for (const { path, method } of Object.values(routes)) {
        const route = path.replaceAll(/[{}]/g, '')
        for (const asked of [method.toUpperCase(), 'OPTIONS']) {
          const { status, headers } = await ask(route, { ...authorization(), origin }, asked)
          expect({ route, asked, status }).toEqual({ route, asked, status: 403 })
          expect(headers['access-control-allow-origin']).toBeUndefined()
        }
      }
    },
  )

  test('its own page is answered', async () => {
    const { host } = new URL(shop.dev.origin)
    expect((await ask('/api/status', { ...authorization(), origin: shop.dev.origin })).status).toBe(200)
    const { hostname, port } = new URL(shop.dev.origin)
    expect(hostname).toBe('127.0.0.1')
    expect((await ask('/api/status', { ...authorization(), host: `localhost:${port}` })).status).toBe(200)
    expect(host).toBe(`127.0.0.1:${port}`)
  })

  test('may not frame it, and it loads nothing from elsewhere', async () => {
    for (const path of ['/', '/api/status', '/nothing.js']) {
      const { headers } = await ask(path, authorization())
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/)
      expect(headers['content-security-policy']).not.toMatch(/unsafe/)
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' })
    }
  })

  test('cannot reach the emulators either', async () => {
    for (const name of ['AWS_ENDPOINT_URL_SQS', 'AWS_ENDPOINT_URL_KINESIS']) {
      const endpoint = shop.dev.environment[name] ?? ''
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { origin: 'http://evil.example' },
        body: 'Action=ListQueues',
      })
      expect(response.status).toBe(403)
    }
  })

  test('cannot read files beside the page', async () => {
    for (const path of ['/../package.json', '/%2e%2e/package.json', '/..%2fpackage.json', '/page/../../package.json']) {
      const { body } = await ask(path)
      expect(body).not.toContain('@lpipe/dev')
    }
  })
})

describe('requests', () => {
  test.each([
    ['/api/messages/send', { to: 'orders' }, 400, '`body` or `kwargs` is missing'],
    [
      '/api/messages/send',
      { to: 'nowhere', body: '{}' },
      404,
      'there is no queue, stream or topic `nowhere` (declared: orders,',
    ],
    ['/api/messages/send', { to: 'orders', body: '{}', path: 'ORDER' }, 400, 'either `body`'],
    ['/api/messages/send', { to: 'orders', body: '{}', count: 5000 }, 400, '`count`'],
    ['/api/messages/send', [], 400, 'expected object'],
    ['/api/messages/nothing/rerun', {}, 404, 'there is no such message'],
    ['/api/dead-letters/redrive', {}, 400, 'exactly one of `ids` and `filter`'],
    ['/api/dead-letters/discard', { filter: {} }, 400, '`note`'],
    ['/api/dead-letters/redrive', { filter: {}, body: '{}' }, 400, '`body` requires exactly one id'],
    ['/api/generate', { to: 'orders', path: 'NOPE', count: 1, rate: 1 }, 404, 'feeds no path `NOPE`'],
    ['/api/generate', { to: 'orders', path: 'FAIL', count: 1, rate: 1 }, 409, 'has no JSON Schema'],
    ['/api/nothing', {}, 404, 'there is no /api/nothing'],
  ] as const)('%s with %j is refused', async (path, body, status, text) => {
    await expect(shop.post(path, body)).rejects.toThrow(`${status} ${path}`)
    await expect(shop.post(path, body)).rejects.toThrow(JSON.stringify(text).slice(1, -1))
  })

  test('a body that is not JSON is refused', async () => {
    const headers = { ...authorization(), 'content-type': 'application/json' }
    const { status, body } = await ask('/api/messages/send', headers, 'POST', '{"to": ')
    expect({ status, code: JSON.parse(body).error.code }).toEqual({ status: 400, code: 'bad-request' })
  })
})

test.each([
  ['a request without the token', {}, 401],
  ['another page', { origin: 'https://example.com' }, 403],
  ['another host', { host: 'example.com' }, 403],
])('the error response for %s has the headers that protect', async (_, headers, status) => {
  const answer = await ask('/api/status', { ...(status === 401 ? {} : authorization()), ...headers })
  expect(answer.status).toBe(status)
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
  expect(answer.headers['x-content-type-options']).toBe('nosniff')
})

test('a body of another type, and a name that every object has, are wrong requests', async () => {
  const plain = { ...authorization(), 'content-type': 'text/plain' }
  const { status, body } = await ask('/api/dead-letters/redrive', plain, 'POST', '{"filter": {}}')
  expect({ status, code: JSON.parse(body).error.code }).toEqual({ status: 400, code: 'bad-request' })
  for (const name of ['__proto__', 'constructor']) {
    expect((await ask(`/api/queues/${name}/messages`, authorization())).status).toBe(404)
    await expect(shop.post('/api/messages/send', { to: name, body: '{}' })).rejects.toThrow('404 /api/messages/send')
  }
})

describe('events', () => {
  test('have only the topics that were asked for', async () => {
    await expect(shop.get('/api/events?topics=nothing')).rejects.toThrow('there is no event `nothing`')
    expect(eventNames).toHaveLength(9)
  })

  test('of logs say what a Lambda prints', async () => {
    const reader = await shop.events('?topics=logs&lambda=orders')
    await shop.post<SendResult>('/api/messages/send', { to: 'orders', path: 'ECHO', kwargs: { text: 'hello' } })
    const event: LogsEvent = await reader.next('logs', ({ lines }) => lines.some(({ text }) => text === 'hello'))
    expect(event.lines.every(({ lambda }) => lambda === 'orders')).toBe(true)
    await reader.close()
  })

  test('of statistics and flow count what passes', async () => {
    await shop.completeGraph()
    const reader = await shop.events('?topics=stats,flow')
    const { ids } = await shop.post<SendResult>('/api/messages/send', {
      to: 'orders',
      path: 'ORDER',
      kwargs: { item: 'a hat', count: 1 },
      count: 5,
    })
    expect(ids).toHaveLength(5)
    let passed = 0
    while (passed < 5) {
      const { edges } = await reader.next('flow')
      passed += edges['path:orders/ORDER > path:orders/PACK > payload']?.count ?? 0
    }
    await reader.next('stats', ({ nodes }) =>
      nodes.some(({ id, count }) => id === 'step:orders/ORDER/price' && count >= 5),
    )
    await reader.close()
  })
})

test('another program finds the server, and only of the same user', async () => {
  const session = findDev(shop.config)
  expect(session).toMatchObject({ origin: shop.dev.origin, token: shop.dev.token, pid: process.pid })
  expect(findDev('/nowhere/lpipe.config.ts')).toBeUndefined()
  const status = await shop.get<Status>('/api/status')
  expect(status.environment).toMatchObject(shop.dev.environment)
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
  expect(status.version).toBe(version)
})
