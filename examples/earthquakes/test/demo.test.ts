import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

const run = async (
  ...options: string[]
): Promise<{ readonly code: unknown; readonly output: string; readonly logs: string }> => {
  const child = spawn(process.execPath, [main, ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [output, logs, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code, output: output.trimEnd(), logs }
}

const lastLine = (output: string): string => output.split('\n').at(-1) ?? ''

/** The cells of a table's row, by its first cell. */
const rowOf = (output: string, name: string): string[] => {
  const line = output.split('\n').find((one) => one.trim().startsWith(`${name} `)) ?? ''
  return line.trim().split(/ {2,}/)
}

describe('the demo', () => {
  let output = ''

  test('ends with every message accounted for', async () => {
    const shown = await run()
    output = shown.output
    const { code, logs } = shown
    expect(logs).toBe('')
    expect(lastLine(output)).toBe(
      'Every message is accounted for: of 1,719, 1,712 succeeded, 5 dropped, 2 in the dead-letter queue.',
    )
    expect(code).toBe(0)
  })

  test('shows what each Lambda did', () => {
    // 1,719 messages; of 7 calibrations 5 failed once, and 2 three times.
    expect(rowOf(output, 'intake').slice(0, 6)).toEqual(['intake', '1,728', '1,712', '5', '11', '2,018'])
    expect(rowOf(output, 'alerts')).toEqual(['alerts', '306', '306', '0', '0', '0', '0', '0'])
    expect(rowOf(output, 'archive')).toEqual(['archive', '1,707', '1,707', '0', '0', '0', '0', '0'])
    const [calls, saved] = rowOf(output, 'intake')
      .slice(6)
      .map((cell) => Number(cell.replace(',', '')))
    expect(calls).toBeLessThan(2018 / 4) // each call carries many messages
    expect(saved).toBeGreaterThan((2018 * 3) / 4)
  })

  test('shows the dead letters, and the counts of the archive beside those of the file', () => {
    expect(output.match(/"path":"CALIBRATE".*"station":"AK\.\w+"/g)).toHaveLength(2)
    expect(output).toContain('Dropped, and kept with the reason: 5')
    expect(output).toContain('InvalidPayloadError: triage: mag: expected number, received string (path QUAKE)')
    expect(rowOf(output, 'below 0').slice(0, 3)).toEqual(['below 0', '44', '44'])
    expect(rowOf(output, '6 to 7').slice(0, 3)).toEqual(['6 to 7', '5', '5'])
  })

  test('draws the three Lambdas with their queues in one picture, with the payloads that functions return', () => {
    expect(output.match(/flowchart LR/g)).toHaveLength(1)
    expect(output.match(/subgraph n\d+\["(?:intake|alerts|archive)<br>/g)).toHaveLength(3)
    expect(output).toContain('n1["QUAKE<br>triage"]')
    expect(output).toContain('[("alerts.fifo<br>sqs, FIFO")]')
    expect(output).toContain('[("archive<br>kinesis, 2 shards")]')
    expect(output).toContain('n1 -.-> n2')
  })

  test('prints nothing else: its Lambdas log nothing, and no terminal codes are written', () => {
    expect(output).not.toContain('\u001b')
    expect(output).not.toContain('FailCatastrophically')
  })
})

test('a message that is lost on its way is noticed: the demo fails', async () => {
  // --lose removes records before archive sees them, without a log line.
  const { code, output } = await run('--lose', '2')
  expect(lastLine(output)).toBe(
    'NOT every message is accounted for (faults: 2): of 1,719, 1,712 succeeded, 5 dropped, 2 in the dead-letter queue.',
  )
  expect(output.match(/^ {2}not in archive: /gm)).toHaveLength(2)
  expect(code).toBe(1)
})

/** Reads events of the page's server until one has this text. */
const eventWith = async (response: Response, text: string): Promise<void> => {
  let received = ''
  for await (const chunk of (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
    received += chunk
    if (received.includes(text)) return
  }
  throw new Error(`the events ended without ${text}`)
}

test('--page shows the messages until it is ended, and the last line stays the last', async () => {
  const child = spawn(process.execPath, [main, '--page'], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    let output = ''
    for await (const chunk of child.stdout) {
      output += String(chunk)
      if (/^Every message is accounted for.*\n/m.test(output)) break
    }
    const [, origin = '', token = ''] = /(http:\/\/127\.0\.0\.1:\d+)\/#token=([\w-]+)/.exec(output) ?? []
    const ask = (path: string): Promise<Response> =>
      fetch(origin + path, { headers: { authorization: `Bearer ${token}` } })
    const get = async <T>(path: string): Promise<T> => (await (await ask(path)).json()) as T
    // The server looks for messages that SQS has moved once a second, before these numbers.
    await eventWith(await ask('/api/events?topics=stats'), '"dead":2')
    const { totals } = await get<{ totals: Record<string, number> }>('/api/stats')
    expect(totals).toMatchObject({ dropped: 5, dead: 2, failed: 0, running: 0 })
    const { total } = await get<{ total: number }>('/api/messages?queue=intake&state=succeeded')
    expect(total).toBe(1712)
    const graph = await get<{ edges: { kind: string; id: string }[] }>('/api/graph')
    expect(graph.edges.filter(({ kind }) => kind === 'seen').map(({ id }) => id)).toEqual([])

    child.kill('SIGINT')
    const [code] = await once(child, 'exit')
    expect(lastLine(output.trimEnd())).toMatch(/^Every message is accounted for: of 1,719/)
    expect(code).toBe(0)
  } finally {
    child.kill('SIGKILL') // if an expectation failed
  }
})

test('--verbose shows the logs', async () => {
  const { code, output, logs } = await run('--verbose')
  expect(output + logs).toContain('station AK.HOM does not answer')
  expect(lastLine(output)).toMatch(/^Every message is accounted for/)
  expect(code).toBe(0)
})
