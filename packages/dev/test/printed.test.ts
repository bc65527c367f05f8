import { expect, test } from '@jest/globals'
import { markEnd, markStart } from '../src/environment/output.ts'
import { createPrintedReader } from '../src/lambdas/printed.ts'

test('a mark that was cut off, because the process ended, is not output', () => {
  const read = createPrintedReader(false, () => undefined)
  expect(read(`${markStart}request message${markEnd}printed`)).toMatchObject({ text: 'printed', messageId: 'message' })
  expect(read(`${markStart}request mess`)).toBeUndefined()
  expect(read(`the end of a line${markStart}request mess`)).toMatchObject({ text: 'the end of a line' })
})
