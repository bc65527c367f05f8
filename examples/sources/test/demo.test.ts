import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

test('each source has one partial failure, and each message is done or dropped once', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@lpipe/source', main])
  const lines = stdout.trimEnd().split('\n')
  expect(lines.slice(-5)).toEqual([
    'One Lambda, three sources     done  dropped  failed',
    'SNS in SQS                       3        1       1',
    'S3 in SQS                        3        1       1',
    'DynamoDB                         5        1       1',
    'Each message was done or dropped once.',
  ])
  // A key that S3 encodes, and a change of each kind.
  expect(stdout).toContain('2026/red hat.jpg       done')
  expect(lines.filter((line) => /^ {2}(?:INSERT hat|MODIFY|REMOVE)/.test(line))).toEqual([
    '  INSERT hat             done     new in the catalogue: - > 20',
    '  MODIFY hat             done     another price: 20 > 25',
    '  REMOVE scarf           done     sold out: 30 > -',
  ])
})
