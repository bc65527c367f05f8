import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type LocalPipeline, localPipeline } from '@lpipe/local'
import { silentLogger, sqsEvent } from '@lpipe/testing'
import { runCommand } from './run-command.ts'

const folder = fileURLToPath(new URL('./letters/', import.meta.url))
const quiet = silentLogger()
const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`

let local: LocalPipeline
beforeAll(async () => {
  const queues = { orders: {}, parcels: {}, 'orders-dead': {}, 'orders.fifo': {} }
  local = await localPipeline({ queues, environment: false, logger: quiet })
})
afterAll(() => local.stop())

/** Runs a command for the account that the emulator is. It is one of SQS alone: no Lambda reads these queues. */
const run = (args: readonly string[], input = '') => {
  const { AWS_ENDPOINT_URL_LAMBDA: _, ...environment } = local.environment
  return runCommand(folder, [...args, '--region', 'us-east-1'], { environment, input })
}

const json = async (...args: string[]) => {
  const { code, out, errors } = await run([...args, '--json'])
  return { code, value: out === '' ? undefined : JSON.parse(out), errors }
}

const bodies = async (queue: string) => (await local.contents(queue)).map(({ body }) => body)

const letter = (id: number, error = 'FailButContinue', lambda = 'orders') => ({
  error: { name: error, message: 'no such order', stack: `${error}: no such order\n    at pack (orders.ts:9:23)` },
  path: 'PACK',
  function: 'pack',
  source: { type: 'sqs', arn: arn('orders'), id: 'm' },
  lambda: { name: lambda, arn: `arn:aws:lambda:us-east-1:000000000000:function:${lambda}`, requestId: 'r-1' },
  receiveCount: 2,
  time: '2026-01-01T12:00:00.000Z',
  record: { ...sqsEvent([{ path: 'PACK', kwargs: { id } }], { name: 'orders' }).Records[0] },
})

const purge = async (name: string): Promise<void> => {
  const { PurgeQueueCommand } = await import('@aws-sdk/client-sqs')
  await local.clients.sqs.send(new PurgeQueueCommand({ QueueUrl: local.urls[name] }))
}

beforeEach(async () => {
  for (const name of ['orders', 'parcels', 'orders-dead', 'orders.fifo']) await purge(name)
})

describe('lpipe send', () => {
  test('sends JSON as it is, with a path, from the standard input, or a text', async () => {
    const { code, value } = await json('send', 'orders', '{"id":12345678901234567890}')
    expect([code, value]).toEqual([0, { to: 'orders', ids: [expect.any(String)] }])
    expect(await run(['send', local.urls['orders'] ?? '', '{"id":1}', '--path', 'PACK'])).toMatchObject({ code: 0 })
    expect(await run(['send', arn('orders'), '-', '--text'], 'no JSON')).toMatchObject({ code: 0, errors: '' })
    const peeked = await json('peek', 'orders')
    expect(peeked.value.map(({ body }: { body: string }) => body).toSorted()).toEqual([
      'no JSON',
      '{"id":12345678901234567890}',
      '{"path":"PACK","kwargs":{"id":1}}',
    ])
  })

  test('to a FIFO queue: in a group', async () => {
    await run(['send', 'orders.fifo', '{}'])
    await run(['send', 'orders.fifo', '{}', '--group', 'ada', '--deduplication-id', 'one'])
    expect((await json('peek', 'orders.fifo')).value).toMatchObject([{ groupId: 'default' }, { groupId: 'ada' }])
  })

  test.each([
    [2, 'no JSON', ['send', 'orders', '{oops'], /^lpipe: the body is not JSON: .* --text sends it as it is$/],
    [
      2,
      'two ways to read it',
      ['send', 'orders', 'x', '--text', '--path', 'A'],
      /'--text' cannot be used with option '--path/,
    ],
    [
      1,
      'no such queue',
      ['send', 'nowhere', '{}'],
      /^lpipe: the AWS account of the environment in us-east-1: \w*QueueDoesNotExist: .* Check the name of the queue, the account and the region$/,
    ],
  ])('exit code %i: %s', async (code, _, args, message) => {
    expect(await run(args)).toEqual({ code, out: '', errors: expect.stringMatching(message) })
  })
})

test('lpipe peek shows messages, leaves them, and changes no terminal', async () => {
  await local.send('orders', ['\u009b2Jhello\u202e', '{"id":1}'])
  const { code, out } = await run(['peek', 'orders'])
  expect(code).toBe(0)
  expect(out).toContain('\\u{9b}2Jhello\\u{202e}')
  expect(out).not.toContain('\u009b')
  expect((await local.contents('orders')).map(({ state }) => state)).toEqual(['visible', 'visible'])
  expect((await json('peek', 'orders', '--limit', '1')).value).toHaveLength(1)
  expect((await run(['peek', 'parcels'])).out).toBe('no messages\n')
})

describe('lpipe dead', () => {
  test('list and show', async () => {
    const [id = ''] = await local.send('orders-dead', [letter(1), letter(-2, 'InvalidPayloadError'), 'moved by SQS'])
    const { code, out } = await run(['dead', 'list', '--queue', 'orders-dead'])
    expect(code).toBe(0)
    expect(out.split('\n')[0]).toMatch(/^ID +KIND +TIME \(UTC\) +PLACE +ERROR +BODY$/)
    expect(out).toMatch(
      new RegExp(`^${id}  dropped  2026-01-01 12:00:00  orders / PACK / pack  FailButContinue: no such order`, 'm'),
    )
    expect(out).toMatch(/ failed .* moved by SQS$/m)

    const filtered = await json('dead', 'list', '-q', 'orders-dead', '-f', 'error=InvalidPayloadError', 'older=1d')
    expect(filtered.value).toMatchObject([
      { kind: 'dropped', error: { name: 'InvalidPayloadError' }, to: arn('orders') },
    ])

    const shown = await run(['dead', 'show', id, '-q', 'orders-dead'])
    expect(shown.out).toContain('error      FailButContinue: no such order\n')
    expect(shown.out).toContain('request    r-1\n')
    expect(shown.out).toContain('\n    at pack (orders.ts:9:23)\n')
    expect(shown.out).toContain('"kwargs": {\n    "id": 1\n')
    expect((await local.contents('orders-dead')).every(({ state }) => state === 'visible')).toBe(true)
  })

  test('dry-run runs the code of lpipe.config.ts, and sends nothing', async () => {
    const [right = '', wrong = ''] = await local.send('orders-dead', [letter(1), letter(-2)])
    const { code, out } = await run(['dead', 'dry-run', '--all', '-q', 'orders-dead'])
    expect(code).toBe(1)
    expect(out).toContain(`${right}  succeeded\n  would send to sqs:parcels: {"id":1}\n`)
    expect(out).toContain(
      `${wrong}  dropped  FailButContinue: no such order\n  would send to sqs:orders-dead: {"error":`,
    )
    const edited = ['dead', 'dry-run', wrong, '--body', '{"path":"PACK","kwargs":{"id":3}}', '-q', 'orders-dead']
    expect(await run(edited)).toMatchObject({
      code: 0,
      out: expect.stringContaining('would send to sqs:parcels: {"id":3}'),
    })
    expect([await bodies('parcels'), (await bodies('orders-dead')).length]).toEqual([[], 2])
  })

  test('dry-run of a Lambda that is called otherwise in the account', async () => {
    await local.send('orders-dead', [letter(1, 'Error', 'prod-orders')])
    const args = ['dead', 'dry-run', '--all', '-q', 'orders-dead']
    expect(await run(args)).toMatchObject({
      code: 1,
      errors: 'lpipe: The system has no function `prod-orders`. Name one of its functions with --function: orders',
    })
    expect(await run([...args, '--function', 'orders'])).toMatchObject({ code: 0 })
  })

  test('redrive sends back what is selected, with an audit line for each', async () => {
    const [id = ''] = await local.send('orders-dead', [letter(1), letter(2), letter(3, 'InvalidPayloadError')])
    const { code, out, errors } = await run([
      ...['dead', 'redrive', '--filter', 'error=FailButContinue', '-q', 'orders-dead'],
      ...['--note', 'ticket 7', '--yes'],
    ])
    expect(code).toBe(0)
    expect(out).toContain(`${id}  redriven to ${arn('orders')}\n`)
    expect(errors.split('\n').map((line) => JSON.parse(line))).toMatchObject(
      [1, 2].map(() => ({ action: 'redriven', from: 'orders-dead', note: 'ticket 7' })),
    )
    expect(await bodies('orders')).toHaveLength(2)
    expect(await bodies('orders-dead')).toHaveLength(1)
  })

  test('redrive with another body, and with `--to`', async () => {
    const [id = ''] = await local.send('orders-dead', [letter(-1)])
    const args = ['dead', 'redrive', id, '-q', 'orders-dead', '--body', '{"fixed":true}', '--yes']
    expect(await run([...args, '--to', 'parcels'])).toMatchObject({
      code: 1,
      out: expect.stringContaining(`${id}  stays: \`to\` does not list ${arn('orders')}`),
    })
    expect((await json(...args)).value).toEqual({
      done: [{ id, to: arn('orders'), newId: expect.any(String) }],
      left: [],
    })
    expect(await bodies('orders')).toEqual([{ fixed: true }])
  })

  test('an event source of the user, which the configuration exports', async () => {
    const [id = ''] = await local.send('orders-dead', [
      {
        ...letter(1, 'FailButContinue', 'boxes'),
        source: { type: 'boxes', arn: arn('orders'), id: 'm' },
        record: { id: 'm', content: { id: 7 } },
      },
    ])
    const of = (...args: string[]) => [...args, '-q', 'orders-dead', '--config', 'boxes.config.ts']
    expect((await json(...of('dead', 'list', '--filter', 'text={"id":7}'))).value).toMatchObject([{ body: '{"id":7}' }])
    expect((await json(...of('dead', 'show', id))).value).toMatchObject({ body: '{"id":7}' })
    expect(await run(of('dead', 'dry-run', id, '--body', '{"id":8}'))).toMatchObject({
      code: 0,
      out: expect.stringContaining('would send to sqs:parcels: {"id":8}'),
    })
    expect(await run(['dead', 'redrive', id, '--yes', '-q', 'orders-dead'])).toMatchObject({
      code: 1,
      errors: expect.stringContaining('lpipe does not know its event source'),
    })
    expect(await run(of('dead', 'redrive', id, '--yes', '--body', '{"id":9}'))).toMatchObject({ code: 0 })
    expect([await bodies('orders'), await bodies('orders-dead')]).toEqual([[{ id: 9 }], []])
  })

  test('discard deletes what is selected', async () => {
    const [id = ''] = await local.send('orders-dead', [letter(1), letter(2)])
    const { code, out, errors } = await run(['dead', 'discard', id, '-q', 'orders-dead', '--note', 'a test', '-y'])
    expect([code, out]).toEqual([0, `${id}  discarded\n`])
    expect(JSON.parse(errors)).toMatchObject({ action: 'discarded', messageId: id, note: 'a test' })
    expect(await bodies('orders-dead')).toHaveLength(1)
  })

  test.each([
    [
      ['dead', 'redrive', '--all'],
      /Send back 1 dead letter of orders-dead in the AWS account of the environment in us-east-1/,
    ],
    [['dead', 'discard', '--all', '--note', 'x'], /Delete 1 dead letter of orders-dead .* for good\?/],
  ])('%j without a terminal deletes nothing', async (args, question) => {
    await local.send('orders-dead', [letter(1)])
    const { code, out, errors } = await run([...args, '-q', 'orders-dead'], 'y\n')
    expect([code, out]).toEqual([1, ''])
    expect(errors).toMatch(question)
    expect(errors).toContain('There is no terminal to ask this in. Nothing was done. Pass --yes to do it')
    expect([await bodies('orders'), (await bodies('orders-dead')).length]).toEqual([[], 1])
  })

  test.each<[number, string[], RegExp]>([
    [2, ['list'], /name the dead-letter queue: --queue NAME/],
    [
      1,
      ['list', '-q', 'nowhere'],
      /QueueDoesNotExist: [^.]*\. Check the name of the queue, the account and the region$/,
    ],
    [2, ['list', '-q', 'orders-dead', '-f', 'paht=X'], /--filter paht=X: must be NAME=VALUE, where NAME is kind, path/],
    [2, ['list', '-q', 'orders-dead', '-f', 'older=2'], /must be a number with a unit: 30s, 15m, 2h or 7d/],
    [2, ['list', '-q', 'orders-dead', '-f', 'path=A', 'path=B'], /`path` is given twice/],
    [2, ['list', '-q', 'orders-dead', '-f', 'kind=sqs'], /must be kind=dropped/],
    [1, ['show', 'nothing', '-q', 'orders-dead'], /there is no dead letter nothing in orders-dead/],
    [2, ['redrive', '-q', 'orders-dead'], /name the dead letters: their ids, --filter, or --all/],
    [1, ['redrive', 'nothing', '-q', 'orders-dead', '-y'], /there is no dead letter nothing/],
    [1, ['redrive', '--all', '-q', 'orders-dead', '-y'], /no dead letter matches/],
    [2, ['redrive', '--all', '--body', '{}', '-q', 'orders-dead'], /--body requires the id of one dead letter/],
    [2, ['discard', '--all', '-q', 'orders-dead', '-y'], /required option '--note <text>' not specified/],
    [2, ['list', '-q', 'orders-dead', '-l', '0'], /It must be a number from 1 to 99999/],
  ])('exit code %i: dead %j', async (code, args, message) => {
    expect(await run(['dead', ...args])).toEqual({ code, out: '', errors: expect.stringMatching(message) })
  })
})

describe('an account that cannot be used', () => {
  const nowhere = {
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_REGION: '',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  }
  const commands = [
    ['send', 'orders', '{}'],
    ['peek', 'orders'],
    ['tail', '--lambda', 'orders'],
    ['dead', 'list', '-q', 'orders-dead'],
    ['dead', 'discard', '--all', '--note', 'x', '--yes', '-q', 'orders-dead'],
  ]

  test.each(commands)('without credentials it says how to name them: %s %s', async (...args) => {
    const { code, out, errors } = await runCommand(folder, [...args, '--region', 'eu-west-1'], { environment: nowhere })
    expect([code, out]).toEqual([1, ''])
    expect(errors).toMatch(
      /^lpipe: the AWS account of the environment in eu-west-1: CredentialsProviderError: .* Pass --profile/m,
    )
    expect(errors).not.toContain('    at ')
  })

  test.each([
    ['without a region', ['--profile', 'other'], /^lpipe: the AWS account of profile other: Error: Region /],
    [
      'with a text that is not a region',
      ['--region', 'eu west'],
      /^lpipe: the AWS account .* in eu west: Error: Region not accepted/,
    ],
  ])('%s it says how to name one', async (_, options, message) => {
    const { code, errors } = await runCommand(folder, ['send', 'orders', '{}', ...options], { environment: nowhere })
    expect(code).toBe(1)
    expect(errors).toMatch(message)
    expect(errors).toMatch(/ Pass --region with the name of a region, or give the profile one$/)
  })
})

test('an account must be named: otherwise a command for `lpipe dev` would work on it', async () => {
  const { code, out, errors } = await runCommand(folder, ['send', 'orders', '{}'], { environment: local.environment })
  expect([code, out]).toEqual([1, ''])
  expect(errors).toMatch(
    /^lpipe: no `lpipe dev` runs for .*lpipe\.config\.ts\. Start `lpipe dev`, .* or name an AWS account/,
  )
  expect(await bodies('orders')).toEqual([])
})
