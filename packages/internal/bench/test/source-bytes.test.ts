import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { build } from 'esbuild'

/** Bytes of a Lambda, minified and compressed. Packages of others stay outside. */
const bytesOf = async (imported: string, option: string): Promise<number> => {
  const code = [
    "import middy from '@middy/core'",
    "import { lpipe } from 'lpipe-preset'",
    imported,
    `export const handler = middy().use(lpipe({ paths: { A: [console.log] }, ${option} }))`,
  ].join('\n')
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: fileURLToPath(new URL('..', import.meta.url)), loader: 'ts' },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    write: false,
    conditions: ['@lpipe/source'],
    external: ['@aws-sdk/*', '@smithy/*'],
  })
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
}

test.each([
  ['source-dynamodb', 'dynamodbStreams'],
  ['source-kafka', 'kafka'],
  ['source-sns', 'sns'],
])('a Lambda with @lpipe/%s is at most 1.5 kB larger than one with SQS', async (name, factory) => {
  const sqs = await bytesOf('', "source: 'sqs'")
  const other = await bytesOf(`import { ${factory} } from '@lpipe/${name}'`, `source: ${factory}()`)
  expect(other).toBeGreaterThan(sqs)
  expect(other - sqs).toBeLessThanOrEqual(1500)
})
