import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

interface Result {
  readonly place: string
  readonly value: string
  readonly thrown?: unknown
  readonly outcome: string
  readonly reason: string
  readonly bodies: readonly string[]
}

/** The outcome and the error of a message, by the place of the value. */
const expected: Readonly<Record<string, readonly [outcome: string, reason: RegExp]>> = {
  'kwargs for a queue': ['failed', /^cannot send to mine plain: `kwargs[.\w]*` must .*, received a promise: await it$/],
  'kwargs for a queue with a path': ['failed', /^cannot send to mine path: `kwargs[.\w]*` must .*, received a promise/],
  'kwargs that are not sent after others failed': [
    'failed',
    /^cannot send to mine plain: `kwargs[.\w]*` must .*, received a promise: await it$/,
  ],
  'a thrown promise': ['failed', /./],
  'what the schema of a queue returns': ['failed', /received a bigint/],
  'log fields': ['succeeded', /./],
  'a thrown value': ['failed', /./],
  'the cause of an error that is kept as a dead letter': ['dropped', /^x$/],
  'a returned array': ['failed', /^function call returned promises in an array/],
  'a nested returned array': ['failed', /^function call returned promises in an array/],
  'a function': ['failed', /^x$/],
  'one of two functions': ['failed', /^x$/],
  'a schema': ['failed', /^lpipe could not process the message: Error: x$/],
  'a logger': ['succeeded', /./],
  'a capture': ['dropped', /^x$/],
  'a queue that messages came from': ['failed', /^x$/],
  'a function that is traced': ['failed', /^x$/],
  'a hook': ['succeeded', /^none$/],
  'a sender': ['failed', /^could not send to mine x: /],
  'a sender that returns promises': ['failed', /return Promise\.all/],
  'a schema whose thenable returns nothing': ['dropped', /not accepted/],
  'a hook that does not await': ['failed', /^x$/],
}

test('no promise that a value of the user holds is unhandled, and none is sent as `{}`', () => {
  const program = fileURLToPath(new URL('hostile-values.ts', import.meta.url))
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--unhandled-rejections=strict', program], {
    encoding: 'utf8',
  })
  expect({ status, stderr: stderr.slice(0, 2000) }).toEqual({ status: 0, stderr: '' })
  const lines = stdout.split('\n')
  const results = JSON.parse(lines.pop() as string) as readonly Result[]
  expect(new Set(results.map(({ place }) => place))).toEqual(new Set(Object.keys(expected)))
  for (const { place, value, thrown, outcome, reason, bodies } of results) {
    const [expectedOutcome, text] = expected[place] as [string, RegExp]
    expect({ place, value, thrown, outcome, reason }).toEqual({
      place,
      value,
      thrown: undefined,
      outcome: expectedOutcome,
      reason: expect.stringMatching(text),
    })
    // A dead letter holds the record, not the value.
    expect(bodies.length).toBe(outcome === 'dropped' && place.includes('dead letter') ? 1 : 0)
    for (const body of bodies) expect(JSON.parse(body).record.body).toBe('{"n":0}')
  }
  // No line is lost.
  expect(lines.filter((line) => line.includes('"message":"text"'))).toHaveLength(6)
})
