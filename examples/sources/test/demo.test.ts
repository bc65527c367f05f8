import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

test('each source has one partial failure, and every message is accounted for', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@lpipe/source', main])
  expect(stdout.trimEnd().split('\n')).toEqual([
    'SNS in SQS: received 5, succeeded 3, dropped 1, failed 1',
    'S3 in SQS (notification by the demo): received 5, succeeded 3, dropped 1, failed 1',
    'DynamoDB (poller as a stand-in): received 7, succeeded 3, dropped 1, failed 3',
    'Every message is accounted for: of 12, 9 succeeded, 3 dropped.',
  ])
}, 30_000)
