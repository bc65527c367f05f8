import { expect, test } from '@jest/globals'
import { respond } from './respond.ts'

/** 6 MB, less 1 KiB for the rest of the response. */
const limit = 6 * 1024 * 1024 - 1024

/** Answers an event with one output whose list takes this number of bytes in JSON. */
const answerOf = (bytes: number) => respond([{}], () => 'x'.repeat(bytes - '[""]'.length))

test('an output of 6 MB less 1 KiB is returned, one of a byte more is left out', async () => {
  expect(await answerOf(limit)).toHaveProperty('output')
  expect(await answerOf(limit + 1)).not.toHaveProperty('output')
})
