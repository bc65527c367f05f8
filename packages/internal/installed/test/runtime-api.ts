import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { root } from './workspace.ts'

/** How an invocation ended. */
export interface InvocationResult {
  readonly status: 'response' | 'error'
  readonly body: unknown
  /** Whether the response came before its deadline. */
  readonly inTime: boolean
}

interface Invocation {
  readonly id: string
  readonly event: unknown
  readonly deadline: number
  readonly end: (result: InvocationResult) => void
}

export interface Lambda {
  /** Waits until the function is loaded, and asks for its first event. */
  readonly ready: () => Promise<void>
  /** Invokes the function with an event. Fulfils with its result. */
  readonly invoke: (event: unknown, millis?: number) => Promise<InvocationResult>
  /** The error of a function that could not be loaded. */
  readonly initError: Promise<unknown>
  readonly printed: () => string
  readonly stop: () => Promise<void>
}

const runtime = '/2018-06-01/runtime'
const client = join(root, 'packages/internal/installed/node_modules/aws-lambda-ric')
const standIn = join(root, 'packages/internal/installed/src/rapid-client.ts')

/**
 * Runs a handler as Lambda does: AWS's runtime interface client in a process of its own, and the runtime API in this one.
 *
 * @param handler the file, without its ending, and the name of its export, such as `index.handler`
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export const startLambda = async (node: string, folder: string, handler: string): Promise<Lambda> => {
  const waiting: Invocation[] = []
  const running = new Map<string, Invocation>()
  let idle: ServerResponse | undefined
  let printed = ''
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>()
  const { promise: initError, resolve: failInit } = Promise.withResolvers<unknown>()

  const handOver = (): void => {
    const invocation = idle && waiting.shift()
    if (idle === undefined || invocation === undefined) return
    running.set(invocation.id, invocation)
    idle.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': invocation.id,
      'lambda-runtime-deadline-ms': invocation.deadline,
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:000000000000:function:orders',
      'lambda-runtime-trace-id': `Root=1-${'0'.repeat(8)}-${'0'.repeat(24)};Sampled=0`,
    })
    idle.end(JSON.stringify(invocation.event))
    idle = undefined
  }

  const server = createServer(async (request, response) => {
    const path = request.url?.slice(runtime.length)
    if (path === '/invocation/next') {
      idle = response
      ask()
      return handOver()
    }
    const [, id = '', status] = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path ?? '') ?? []
    const invocation = running.get(id)
    const body: unknown = JSON.parse(await text(request))
    if (path === '/init/error') failInit(body)
    response.writeHead(invocation || path === '/init/error' ? 202 : 404).end()
    running.delete(id)
    invocation?.end({ status: status as InvocationResult['status'], body, inTime: Date.now() < invocation.deadline })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const native = existsSync(join(client, 'rapid-client.node'))
  const { NODE_OPTIONS: _, ...inherited } = process.env
  const child: ChildProcess = spawn(node, [...(native ? [] : ['--import', standIn]), join(client, 'index.mjs')], {
    cwd: folder,
    env: {
      ...inherited,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      LAMBDA_TASK_ROOT: folder,
      _HANDLER: handler,
      AWS_LAMBDA_FUNCTION_NAME: 'orders',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/orders',
      AWS_LAMBDA_LOG_STREAM_NAME: 'test',
    },
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: unknown) => (printed += String(chunk)))

  const ended = async (): Promise<never> => {
    await exited
    throw new Error(`the runtime has exited:\n${printed}`)
  }

  return {
    ready: () => Promise.race([asked, ended()]),
    invoke: (event, millis = 60_000) => {
      const { promise, resolve: end, reject } = Promise.withResolvers<InvocationResult>()
      waiting.push({ id: randomUUID(), event, deadline: Date.now() + millis, end })
      handOver()
      ended().catch(reject)
      return promise
    },
    initError,
    printed: () => printed,
    stop: async () => {
      child.kill('SIGKILL')
      await exited
      server.closeAllConnections()
      server.close()
    },
  }
}
