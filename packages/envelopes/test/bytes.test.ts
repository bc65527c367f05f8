import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from '@jest/globals'
import * as envelopes from '@lpipe/envelopes'
import { build } from 'esbuild'

/** The promise of the design: an envelope costs at most this number of bytes, minified and compressed. */
const promised = 1500

/** Bundles a Lambda for its bytes. Packages of others stay outside. */
const bundle = async (names: readonly string[]): Promise<string> => {
  const code = [
    "import middy from '@middy/core'",
    "import { lpipe } from 'lpipe-preset'",
    ...(names.length > 0 ? [`import { ${names.join(', ')} } from '@lpipe/envelopes'`] : []),
    `const envelopes = [${names.map((name) => `${name}()`).join(', ')}]`,
    `export const handler = middy().use(lpipe({ call: () => undefined${names.length > 0 ? ', envelopes' : ''} }))`,
  ].join('\n')
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: fileURLToPath(new URL('..', import.meta.url)), loader: 'ts' },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    write: false,
    conditions: ['@lpipe/source'],
    external: ['@aws-sdk/*', '@smithy/*', 'aws-kinesis-agg'],
  })
  return outputFiles[0]?.text ?? ''
}

const bytesOf = (text: string): number => gzipSync(text, { level: 9 }).length

let bare = ''
beforeAll(async () => {
  bare = await bundle([])
})

test('a Lambda without envelopes bundles nothing of them', () => {
  expect(bare).toContain('it looks like')
  for (const text of ['is nested in more than', 'unpacks to more', 'deaggregateSync']) expect(bare).not.toContain(text)
})

test.each(Object.keys(envelopes))('%s() costs at most 1.5 kB', async (name) => {
  const text = await bundle([name])
  expect(text).toContain('is nested in more than')
  expect(bytesOf(text) - bytesOf(bare)).toBeLessThanOrEqual(promised)
})
