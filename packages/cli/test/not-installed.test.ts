import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { runCommand } from './run-command.ts'

const folder = fileURLToPath(new URL('./letters/', import.meta.url))
const withoutDev = new URL('./without-dev.mjs', import.meta.url).href
const environment = { NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import=${withoutDev}` }

test('lpipe dev without @lpipe/dev says how to install it', async () => {
  expect(await runCommand(folder, ['dev'], { environment })).toEqual({
    code: 1,
    out: '',
    errors: 'lpipe: lpipe dev requires the package @lpipe/dev. Install it: npm install --save-dev @lpipe/dev',
  })
})

test('the other commands work without it', async () => {
  expect(await runCommand(folder, ['graph', '--no-payloads'], { environment })).toMatchObject({ code: 0 })
  expect(await runCommand(folder, ['dead', 'list'], { environment })).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/^lpipe: no `lpipe dev` runs for /),
  })
})
