import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type RunningCommand, runCommand, startCommand } from './run-command.ts'

const folder = fileURLToPath(new URL('./letters/', import.meta.url))

let server: RunningCommand
let url = ''
beforeAll(async () => {
  server = startCommand(folder, ['dev', '--port', '0', '--no-watch'])
  const out = await server.printed('AWS_ENDPOINT_URL_SQS=')
  url = /^Page: (\S+)$/m.exec(out)?.[1] ?? ''
})
afterAll(async () => {
  const tail = startCommand(folder, ['tail'])
  await tail.printed('following lpipe dev')
  await run(['send', 'orders', '{"id":9}', '--path', 'PACK'])
  await tail.printed('succeeded')
  server.interrupt()
  expect(await server.ended).toMatchObject({ code: 0 })
  expect(await tail.ended).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/\nlpipe: lpipe dev at \S+ has ended$/),
  })
})

const run = (args: readonly string[], environment = {}) => runCommand(folder, args, { environment })

const json = async (...args: string[]) => {
  const { code, out, errors } = await run([...args, '--json'])
  return { code, value: out === '' ? undefined : JSON.parse(out), errors }
}

/** Waits until a queue of dead letters holds some. */
const lettersOf = async (count: number): Promise<{ id: string; kind: string }[]> => {
  for (;;) {
    const { value } = await json('dead', 'list')
    if (value.length >= count) return value
  }
}

test('the server that runs for the nearest lpipe.config.ts is found, or the one of --dev and LPIPE_DEV_URL', async () => {
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=/)
  const args = ['dead', 'list']
  expect(await run(args)).toEqual({ code: 0, out: 'no dead letters\n', errors: '' })
  const elsewhere = fileURLToPath(new URL('.', import.meta.url))
  expect(await runCommand(elsewhere, args)).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/^lpipe: no lpipe\.config\.ts/),
  })
  expect(await runCommand(elsewhere, [...args, '--dev', url])).toMatchObject({ code: 0 })
  expect(await runCommand(elsewhere, args, { environment: { LPIPE_DEV_URL: url } })).toMatchObject({ code: 0 })
  expect(await runCommand(elsewhere, [...args, '--dev', url.replace(/token=.*/, '')])).toMatchObject({
    code: 2,
    errors: expect.stringMatching(/--dev: must be the URL that `lpipe dev` prints, with its token/),
  })
  expect(await runCommand(elsewhere, [...args, '--dev', url.replace(/token=.*/, 'token=wrong')])).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/^lpipe: lpipe dev: the header `authorization: Bearer TOKEN` is missing or wrong/),
  })
  expect(await runCommand(elsewhere, [...args, '--dev', 'http://127.0.0.1:9/#token=x'])).toMatchObject({
    code: 1,
    errors: 'lpipe: lpipe dev at http://127.0.0.1:9 does not answer. Is it running?',
  })
})

describe('commands', () => {
  test('send and tail', async () => {
    const all = startCommand(folder, ['tail'])
    const others = startCommand(folder, ['tail', '--path', 'OTHER', '--json'])
    await Promise.all([all.printed('following lpipe dev'), others.printed('following lpipe dev')])
    const { code, value } = await json('send', 'orders', '{"id":7}', '--path', 'PACK')
    expect([code, value]).toEqual([0, { to: 'orders', ids: [expect.any(String)] }])
    const [id = ''] = value.ids
    expect(await all.printed('succeeded')).toMatch(new RegExp(`succeeded  orders > orders / PACK .*${id}`))
    for (const tail of [all, others]) tail.interrupt()
    expect(await all.ended).toMatchObject({ code: 0 })
    expect(await others.ended).toMatchObject({ code: 0, out: '' })
  })

  test('peek', async () => {
    const { code, value } = await json('peek', 'parcels')
    expect([code, value]).toMatchObject([0, [{ body: '{"id":7}' }]])
    const large = JSON.stringify('x'.repeat(500_000))
    await runCommand(folder, ['send', 'parcels', '-'], { input: large })
    expect((await json('peek', 'parcels')).value).toMatchObject([{}, { body: large }])
    expect(await run(['peek', 'nowhere'])).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/^lpipe: lpipe dev: /),
    })
  })

  test('dead: list, show, dry-run, redrive with another body, discard', async () => {
    await run(['send', 'orders', '{"id":-1}', '--path', 'PACK'])
    const long = JSON.stringify({ id: -2, note: `${'-'.repeat(1000)} the last word` })
    await run(['send', 'orders', long, '--path', 'PACK'])
    const letters = await lettersOf(2)
    expect(letters).toMatchObject(
      [1, 2].map(() => ({ kind: 'dropped', path: 'PACK', error: { name: 'FailButContinue' } })),
    )
    expect((await json('dead', 'list', '--filter', 'path=OTHER')).value).toEqual([])
    const selected = async (...filter: string[]) => (await json('dead', 'list', '--filter', ...filter)).value.length
    expect(await selected('function=pack', 'kind=dropped', 'newer=1h')).toBe(2)
    expect(await selected('older=1h')).toBe(0)
    expect(await selected('kind=failed')).toBe(0)
    expect(await selected('text=LAST WORD')).toBe(1)
    const [{ id } = { id: '' }, { id: other } = { id: '' }] = letters

    expect((await run(['dead', 'show', id])).out).toMatch(/error {6}FailButContinue: no such order[\s\S]*at pack/)

    const dry = await run(['dead', 'dry-run', '--all'])
    expect(dry).toMatchObject({
      code: 1,
      out: expect.stringContaining(`${id}  dropped  FailButContinue: no such order`),
    })
    const body = '{"path":"PACK","kwargs":{"id":8}}'
    const edited = await run(['dead', 'dry-run', id, '--body', body])
    expect(edited).toMatchObject({ code: 0, out: expect.stringMatching(/would send to sqs:parcels: .*"id":8/) })
    expect((await json('peek', 'parcels')).value).toHaveLength(2) // those of before

    const redriven = await json('dead', 'redrive', id, '--body', body, '--note', 'fixed')
    expect(redriven).toMatchObject({ code: 0, value: { done: [{ id, to: 'orders' }], left: [] } })
    const discarded = await run(['dead', 'discard', other, '--note', 'a test'])
    expect(discarded).toMatchObject({ code: 0, out: `${other}  discarded\n` })
    expect((await json('dead', 'list')).value).toEqual([])
  }, 360_000) // some 15 commands, each in a process of its own

  test('dead show shows the issues of a schema', async () => {
    await run(['send', 'orders', '{"id":"x"}', '--path', 'PACK'])
    const [{ id } = { id: '' }] = await lettersOf(1)
    expect((await run(['dead', 'show', id])).out).toMatch(/^issues {5}\[\{"expected":"number",.*"path":\["id"\]/m)
    const issues = [expect.objectContaining({ path: ['id'] })]
    expect((await json('dead', 'show', id)).value).toMatchObject({ issues })
  })
})

test('a port in use is named', async () => {
  const { port } = new URL(url)
  expect(await run(['dev', '--port', port])).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/^lpipe: .*port \d+ .*in use/),
  })
})

test('an interrupt before it has started ends it at once, with a Lambda that loops', async () => {
  const starting = startCommand(fileURLToPath(new URL('./endless/', import.meta.url)), ['dev', '--port', '0'])
  const [, pid] = /process (\d+) loops/.exec(await starting.printed(' loops')) ?? []
  starting.interrupt()
  expect(await starting.ended).toMatchObject({ code: 0 })
  while (isRunning(Number(pid))) await setTimeout(50)
})

test.each([
  ['dev', '--port', 'x'],
  ['dev', '--port', '70000'],
])('%j: exit code 2', async (...args) => {
  expect(await run(args)).toMatchObject({
    code: 2,
    errors: expect.stringContaining('It must be a number from 0 to 65532'),
  })
})

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
