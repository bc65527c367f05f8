import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'

/**
 * What a proxy does to a call that sends: answers that it was throttled, fails some entries, cuts the connection before
 * or after the call was carried out, or answers late.
 */
export type Mischief = 'throttle' | 'entries' | 'refuse' | 'cut before' | 'cut after' | 'slow'

/** A call that sends, as the proxy sees it. */
export interface SendCall {
  readonly operation: 'SendMessageBatch' | 'PutRecords'
  /** from 1 */
  readonly number: number
  /** the bodies of its entries */
  readonly bodies: readonly string[]
}

export interface MischiefProxy {
  readonly url: string
  /** how often each mischief was made */
  readonly made: ReadonlyMap<Mischief, number>
  /** every call that sends, as it came */
  readonly calls: readonly SendCall[]
  readonly close: () => Promise<void>
}

export interface ProxyOptions {
  /** asked for each call that sends */
  readonly mischief: (call: SendCall) => Mischief | undefined
  /** for `entries` and `refuse`: asked for each entry; default every other one */
  readonly hits?: (body: string, index: number) => boolean
  readonly slowMillis?: number
}

interface Body {
  Entries?: { readonly Id: string; readonly MessageBody: string }[]
  Records?: { readonly Data: string }[]
}

/** Stands in front of an SQS or a Kinesis that speaks JSON over HTTP. */
export const startProxy = async (target: string, options: ProxyOptions): Promise<MischiefProxy> => {
  const { mischief, hits = (_, index) => index % 2 === 1, slowMillis = 100 } = options
  const made = new Map<Mischief, number>()
  const calls: SendCall[] = []

  const forward = async (from: IncomingMessage, body: Buffer): Promise<{ status: number; answer: Buffer }> => {
    const { method, url = '/', headers } = from
    const to = request(new URL(url, target), {
      method: method ?? 'POST',
      // The host stays the proxy's, so that the URLs in the answer lead here.
      headers: { ...headers, 'content-length': String(body.byteLength) },
    })
    to.end(body)
    const [response] = (await once(to, 'response')) as [IncomingMessage]
    return { status: response.statusCode ?? 500, answer: await read(response) }
  }

  const reply = (to: ServerResponse, from: IncomingMessage, status: number, answer: Buffer | object): void => {
    const text = Buffer.isBuffer(answer) ? answer : Buffer.from(JSON.stringify(answer))
    to.writeHead(status, { 'content-type': from.headers['content-type'] ?? '', 'content-length': text.byteLength })
    to.end(text)
  }

  /** Carries out a part of a call, and answers for the others that they failed. */
  const inPart = async (from: IncomingMessage, body: Body, senderFault: boolean): Promise<object> => {
    const isHit = (text: string, index: number) => hits(text, index)
    if (body.Entries !== undefined) {
      const hit = body.Entries.filter(({ MessageBody }, index) => isHit(MessageBody, index))
      const rest = { ...body, Entries: body.Entries.filter((entry) => !hit.includes(entry)) }
      const done =
        rest.Entries.length === 0
          ? {}
          : (JSON.parse((await forward(from, Buffer.from(JSON.stringify(rest)))).answer.toString()) as object)
      const Failed = hit.map(({ Id }) => ({
        Id,
        Code: 'InternalError',
        Message: 'for the test',
        SenderFault: senderFault,
      }))
      return { Successful: [], ...done, Failed }
    }
    const records = body.Records ?? []
    const hit = records.map(({ Data }, index) => isHit(Buffer.from(Data, 'base64').toString(), index))
    const rest = { ...body, Records: records.filter((_, index) => !hit[index]) }
    const done =
      rest.Records.length === 0
        ? { Records: [] }
        : (JSON.parse((await forward(from, Buffer.from(JSON.stringify(rest)))).answer.toString()) as {
            Records: object[]
          })
    const left = done.Records.values()
    const Records = hit.map((failed) => {
      if (failed) return { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'for the test' }
      return left.next().value as object
    })
    return { Records, FailedRecordCount: hit.filter(Boolean).length }
  }

  const serve = async (from: IncomingMessage, to: ServerResponse): Promise<void> => {
    const body = await read(from)
    const operation = String(from.headers['x-amz-target'] ?? '').replace(/^.*\./, '')
    let what: Mischief | undefined
    let parsed: Body = {}
    if (operation === 'SendMessageBatch' || operation === 'PutRecords') {
      parsed = JSON.parse(body.toString()) as Body
      const bodies = (parsed.Entries ?? []).map(({ MessageBody }) => MessageBody)
      bodies.push(...(parsed.Records ?? []).map(({ Data }) => Buffer.from(Data, 'base64').toString()))
      const call: SendCall = { operation, number: calls.length + 1, bodies }
      calls.push(call)
      what = mischief(call)
      if (what !== undefined) made.set(what, (made.get(what) ?? 0) + 1)
    }
    if (what === 'throttle') {
      const __type = operation === 'PutRecords' ? 'ProvisionedThroughputExceededException' : 'RequestThrottled'
      return reply(to, from, 400, { __type, message: 'for the test' })
    }
    if (what === 'cut before') return void to.destroy()
    if (what === 'entries' || what === 'refuse') {
      return reply(to, from, 200, await inPart(from, parsed, what === 'refuse'))
    }
    const { status, answer } = await forward(from, body)
    if (what === 'cut after') return void to.destroy()
    if (what === 'slow') await setTimeout(slowMillis)
    reply(to, from, status, answer)
  }

  const server = createServer((from, to) => {
    serve(from, to).catch(() => to.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    made,
    calls,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const read = async (stream: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
