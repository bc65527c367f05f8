import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

interface Result {
  readonly callback: string
  readonly behaviour: string
  readonly response: unknown
  readonly error: unknown
  readonly outcomes: readonly string[]
}

/** What a schema and a source may say: that the message is to be dropped. */
const isAboutTheMessage = (callback: string, behaviour: string): boolean => {
  if (callback === 'schema') return ['throws FailButContinue', 'overflows the stack'].includes(behaviour)
  return (
    ['source.bodyOf', 'source.bodiesOf'].includes(callback) &&
    (behaviour === 'throws FailButContinue' || behaviour.startsWith('returns '))
  )
}

/** Callbacks that read the event: without what they return, no message is known, and the whole batch is kept. */
const readsEvent = ['source.recordsOf', 'source.idOf', 'source.groupOf', 'source.arnOf']

/** Callbacks that cannot change an outcome: the response names the message that failed by itself. */
const harmless = [
  'logger',
  'capture',
  'retryDelaySeconds',
  'sqs.postpone',
  'source.headersOf',
  'source.contentOf',
  'source.partitionOf',
  'source.senderGroupOf',
  'source.deduplicationKeyOf',
  'source.traceHeaderOf',
  'source.receiveCountOf',
]

test('a callback of the user that behaves badly drops no message and does not end the process', () => {
  const program = fileURLToPath(new URL('hostile.ts', import.meta.url))
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--unhandled-rejections=strict', program], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  expect({ status, stderr: stderr.slice(0, 2000) }).toEqual({ status: 0, stderr: '' })
  const results = JSON.parse(stdout) as readonly Result[]
  expect(results.length).toBeGreaterThan(16 * 20)
  const wrong = results.filter(({ callback, behaviour, response, outcomes, error }) => {
    if (isAboutTheMessage(callback, behaviour)) return false
    if (readsEvent.includes(callback) && response === undefined) return false // it threw
    if (outcomes.length !== 3 || outcomes.includes('dropped') || outcomes[1] !== 'failed' || error !== undefined)
      return true
    if (harmless.includes(callback) && outcomes.join() !== 'succeeded,failed,succeeded') return true
    const ids = outcomes.flatMap((outcome, index) =>
      outcome === 'failed' ? [{ itemIdentifier: `message-${index}` }] : [],
    )
    return JSON.stringify(response) !== JSON.stringify({ batchItemFailures: ids })
  })
  expect(wrong).toEqual([])
})
