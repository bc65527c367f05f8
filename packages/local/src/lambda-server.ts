import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sourcesOf } from '@lpipe/system/tools'
import { arnOf } from './arns.ts'
import type { LocalPipelineOptions } from './options.ts'
import { browserRefused, isFromBrowser, listenOn } from './server-access.ts'

/** The part of Lambda's API that says which queues and streams a function reads. */
export interface LambdaServer {
  readonly endpoint: string
  readonly close: () => Promise<void>
}

/**
 * Starts a server that lists event source mappings: `redrive()` asks for them before it sends a dead letter back. Any other call
 * is refused, and does not reach an account.
 *
 * @param port 0: a free one
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html
 */
export const startLambda = async (
  region: string,
  functions: NonNullable<LocalPipelineOptions['functions']>,
  port = 0,
): Promise<LambdaServer> => {
  const sourcesOfFunction = (name: string): readonly string[] | undefined => {
    const fn = Object.hasOwn(functions, name) ? functions[name] : undefined
    return (
      fn &&
      sourcesOf(fn).flatMap(({ queue, stream }) => [
        ...(queue === undefined ? [] : [arnOf('sqs', region, queue)]),
        ...(stream === undefined ? [] : [arnOf('kinesis', region, `stream/${stream}`)]),
      ])
    )
  }

  const server = createServer((request, response) => {
    const refuse = (status: number, code: string, Message: string): void => {
      response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': code })
      response.end(JSON.stringify({ Type: 'User', Message }))
    }
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    if (isFromBrowser(request.headers)) return refuse(403, 'AccessDeniedException', browserRefused)
    if (request.method !== 'GET' || pathname.replace(/\/$/, '') !== '/2015-03-31/event-source-mappings') {
      return refuse(404, 'UnknownOperationException', 'localPipeline: of Lambda it has ListEventSourceMappings only')
    }
    const FunctionArn = searchParams.get('FunctionName') ?? ''
    const sources = sourcesOfFunction(FunctionArn.split(':')[6] ?? FunctionArn)
    if (sources === undefined) return refuse(404, 'ResourceNotFoundException', `Function not found: ${FunctionArn}`)
    const EventSourceMappings = sources.map((EventSourceArn) => ({ EventSourceArn, FunctionArn, State: 'Enabled' }))
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ EventSourceMappings }))
    return undefined
  })
  await listenOn(port, () => {
    server.listen(port, '127.0.0.1')
    return once(server, 'listening')
  })

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
