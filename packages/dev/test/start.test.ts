import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startDev } from '@lpipe/dev'
import { startProcess } from '../src/lambdas/process.ts'
import { createServerChildren } from '../src/lambdas/server-children.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lpipe-start-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const write = async (name: string, text: string): Promise<string> => {
  const file = join(folder, name)
  await writeFile(file, text)
  return file
}

test.each([
  [
    'throws',
    "throw new Error('no region')",
    /^the configuration cannot be imported:\nError: no region \(throws\.ts:1\)$/,
  ],
  [
    'exports',
    'export const queues = {}',
    /^the configuration cannot be imported:\nInvalidConfigurationError: .* \(exports: queues\)/,
  ],
  [
    'ends',
    'process.exit(3)',
    /^the configuration cannot be imported:\nProcessEnded: the process ended itself with code 3$/,
  ],
])('a configuration that cannot be imported is named, with the reason: %s', async (name, text, message) => {
  const config = await write(`${name}.ts`, text)
  await expect(startDev({ config, port: 0, watch: false, print: () => undefined })).rejects.toMatchObject({
    name: 'InvalidConfigurationError',
    message: expect.stringMatching(message),
  })
})

test.each([
  ['an endless loop', 'for (;;);'],
  ['a promise that never resolves', 'await new Promise(() => setInterval(() => undefined, 1000))'],
])('modules that are never imported end their process: %s', async (_, text) => {
  const entry = await write('hangs.mjs', text)
  const { NODE_OPTIONS } = process.env // it runs on the sources, as this test does
  const children = createServerChildren()
  const running = startProcess({
    children,
    task: { type: 'run', entry, outdir: folder, folder, name: 'hangs', timeout: 3, memory: 128, region: 'us-east-1' },
    folder,
    environment: { NODE_OPTIONS },
    importSeconds: 1,
    onReport: () => undefined,
    onPrint: () => undefined,
  })
  await expect(running.loaded).rejects.toThrow('TimeoutError: its modules were not imported within 1 second')
  await running.ended
  children.close()
})
