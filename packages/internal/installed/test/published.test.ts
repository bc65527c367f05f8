import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { publint } from 'publint'
import { run } from './run.ts'
import { published, root } from './workspace.ts'

const tarballs = join(process.env['LPIPE_INSTALLED'] as string, 'tarballs')
const names = readdirSync(tarballs)

test('every published package is packed', () => {
  expect(names).toHaveLength(published.length)
})

describe.each(names)('%s', (name) => {
  const file = join(tarballs, name)

  test('publint finds nothing', async () => {
    const tarball = new Uint8Array(readFileSync(file)).buffer
    const { messages } = await publint({ pack: { tarball }, strict: true })
    expect(messages).toEqual([])
  })

  test('attw finds nothing', async () => {
    // Node 22 and newer may require() an ES module. Node 10's way to find types has no exports.
    const rules = [
      '--profile',
      'node16',
      '--ignore-rules',
      'cjs-resolves-to-esm',
      '--format',
      'ascii',
      '--no-color',
      '--no-emoji',
    ]
    const attw = join(root, 'packages/internal/installed/node_modules/@arethetypeswrong/cli/dist/index.js')
    const report = await run(process.execPath, [attw, file, ...rules], tarballs)
    expect(report).toMatchObject({ code: 0, stdout: expect.stringContaining('bundler: OK') })
  })
})
