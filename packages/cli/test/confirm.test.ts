import { PassThrough } from 'node:stream'
import { expect, test } from '@jest/globals'
import { confirm } from '../src/confirm.ts'

/** A terminal whose user answers. */
const terminal = (answer: string | undefined) => {
  const input = Object.assign(new PassThrough(), { isTTY: true })
  const output = new PassThrough()
  if (answer === undefined) input.end()
  else input.write(`${answer}\n`)
  return { input, output, asked: () => String(output.read() ?? '') }
}

test.each(['y', 'Y', 'yes', ' yes '])('%j allows it', async (answer) => {
  const { asked, ...streams } = terminal(answer)
  await confirm('Delete all?', false, streams)
  expect(asked()).toContain('Delete all? [y/N] ')
})

test.each(['', 'n', 'no', 'yess', 'ja', undefined])('%j does not', async (answer) => {
  await expect(confirm('Delete all?', false, terminal(answer))).rejects.toThrow('nothing was done')
})

test('--yes asks nothing', async () => {
  const { asked, ...streams } = terminal(undefined)
  await confirm('Delete all?', true, streams)
  expect(asked()).toBe('')
})

test('without a terminal nothing is done', async () => {
  const { input, output } = { input: new PassThrough(), output: new PassThrough() }
  input.end('y\n')
  await expect(confirm('Delete all?', false, { input, output })).rejects.toThrow(/^Delete all\?\nThere is no terminal/)
})
