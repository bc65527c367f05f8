import { describe, expect, test } from '@jest/globals'
import { changeableMembers } from '../src/members.ts'
import { filesIn, type SourceFile } from '../src/sources.ts'

const fileAt = (path: string): SourceFile => filesIn(path)[0] as SourceFile

/** Otherwise one middleware could replace what another one has registered with `batch.use()`. */
describe('middlewares cannot overwrite what they share', () => {
  test.each([
    ['Batch', 'core/src/batch/batch.ts'],
    ['InvocationBatch', 'core/src/batch/invocation-batch.ts'],
    ['Deadline', 'core/src/batch/deadline.ts'],
    ['InvocationDeadline', 'core/src/batch/deadline.ts'],
  ])('%s has no public member that can be changed', (name, path) => {
    expect(changeableMembers(fileAt(path), name)).toEqual([])
  })

  const file: SourceFile = {
    path: 'example.ts',
    text: `
      export class Example {
        readonly event: unknown
        readonly group: ReadonlyMap<string, number>
        readonly names: readonly string[] = []
        #secret = 0
        private hidden = 0
        get source(): string { return '' }
        use(): void {}
        slot: number | undefined
        set router(router: unknown) {}
        readonly groups = new Map<string, number>()
        readonly failed: Map<string, number>
        readonly entered: string[] = []
      }`,
  }

  test('a member that can be changed is found', () => {
    expect(changeableMembers(file, 'Example')).toEqual(['slot', 'router', 'groups', 'failed', 'entered'])
  })
})
