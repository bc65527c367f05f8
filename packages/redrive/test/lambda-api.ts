import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { afterEach } from '@jest/globals'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A Lambda API that knows event source mappings, by the ARN of their function: no emulator of this project has one. */
export const startLambdaApi = async (mappings: Readonly<Record<string, readonly string[]>>) => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost')
    const name = searchParams.get('FunctionName') ?? ''
    asked.push(name)
    const sources = mappings[name]
    const body =
      sources === undefined
        ? { Type: 'User', Message: `no function ${name} of 999999999999` }
        : pageOf(sources, searchParams.get('Marker'))
    response.writeHead(sources === undefined ? 404 : 200, {
      'content-type': 'application/json',
      ...(sources === undefined && { 'x-amzn-errortype': 'ResourceNotFoundException' }),
    })
    response.end(JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const lambda = new LambdaClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 })
  closing.push(
    () => lambda.destroy(),
    () => server.close(),
    () => server.closeAllConnections(),
  )
  return { endpoint, lambda, asked }
}

/** One mapping on a page. */
const pageOf = (sources: readonly string[], marker: string | null) => {
  const index = Number(marker ?? 0)
  return {
    EventSourceMappings: sources.slice(index, index + 1).map((EventSourceArn) => ({ EventSourceArn })),
    ...(index + 1 < sources.length && { NextMarker: String(index + 1) }),
  }
}
