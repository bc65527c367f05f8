import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from '@jest/globals'
import { runCommand, startCommand } from './run-command.ts'

const folder = fileURLToPath(new URL('./letters/', import.meta.url))
const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** CloudWatch Logs with one group: no emulator of this project has it. */
const startLogs = async () => {
  const events: { eventId: string; timestamp: number; message: string }[] = []
  const asked: { logGroupName?: string; filterPattern?: string; startTime: number; nextToken?: string }[] = []
  const server = createServer(async (request, response) => {
    const query = JSON.parse(await text(request))
    asked.push(query)
    const isKnown = query.logGroupName === '/aws/lambda/orders'
    const index = Number(query.nextToken ?? 0)
    const page = events.filter(({ timestamp }) => timestamp >= query.startTime).slice(index, index + 1)
    response.writeHead(isKnown ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(
      JSON.stringify(
        isKnown
          ? { events: page, ...(page.length > 0 && { nextToken: String(index + 1) }) }
          : { __type: 'ResourceNotFoundException', message: 'The specified log group does not exist.' },
      ),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(
    () => server.close(),
    () => server.closeAllConnections(),
  )
  const environment = {
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  }
  const log = (eventId: string, message: string) => void events.push({ eventId, timestamp: Date.now(), message })
  return { environment, asked, log }
}

test('lpipe tail follows the logs of a Lambda of an account, each line once', async () => {
  const { environment, asked, log } = await startLogs()
  const tail = startCommand(folder, ['tail', '--region', 'us-east-1', '--lambda', 'orders', '--path', 'PACK'], {
    environment,
  })
  await tail.printed('following the AWS account')
  log('1', '{"path":"PACK","message":"first \u001b[2J"}\n')
  log('2', 'second')
  await tail.printed('second')
  log('3', 'third')
  const out = await tail.printed('third')
  tail.interrupt()
  expect(await tail.ended).toMatchObject({ code: 0 })
  expect(out.split('\n').map((line) => line.slice(26))).toEqual([
    '{"path":"PACK","message":"first \\u{1b}[2J"}',
    'second',
    'third',
    '',
  ])
  expect(asked[0]).toMatchObject({ logGroupName: '/aws/lambda/orders', filterPattern: '{ $.path = "PACK" }' })
})

test.each<[number, string[], RegExp]>([
  [
    1,
    ['--lambda', 'other'],
    /^following .*\nlpipe: the AWS account .* in us-east-1: ResourceNotFoundException: The specified log group does not exist/,
  ],
  [2, [], /^lpipe: an account has no messages to follow, only logs: name the Lambda with --lambda NAME/],
])('exit code %i: tail %j', async (code, args, message) => {
  const { environment } = await startLogs()
  expect(await runCommand(folder, ['tail', '--region', 'us-east-1', ...args], { environment })).toEqual({
    code,
    out: '',
    errors: expect.stringMatching(message),
  })
})
