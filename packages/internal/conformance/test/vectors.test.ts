import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { runFolder } from '@lpipe/conformance'

const results = await runFolder(fileURLToPath(new URL('../vectors', import.meta.url)))

describe('the recorded cases', () => {
  test.each(results.filter(({ skipped }) => skipped === undefined))('$id', ({ differences }) => {
    expect(differences).toEqual([])
  })

  test('none is skipped but those that count calls', () => {
    const reasons = new Set(results.map(({ skipped }) => skipped).filter(Boolean))
    expect([...reasons]).toEqual([expect.stringContaining('the fault counts calls')])
    expect(results.length).toBe(443)
  })
})
