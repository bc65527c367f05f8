import { expect, test } from '@jest/globals'
import { bytesOf } from '../src/summary.ts'

test('the bytes of a bundle', async () => {
  const { minified, gzip } = await bytesOf('Promise.allSettled')
  expect(minified).toBeGreaterThan(100)
  expect(minified).toBeLessThan(1000)
  expect(gzip).toBeLessThan(minified)
})
