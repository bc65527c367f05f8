import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

test('the program of the README runs', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, program = ''] = readme.match(/```ts\n(.*?)```/s) ?? []
  const cwd = fileURLToPath(new URL('..', import.meta.url))
  const output = execFileSync(process.execPath, ['--input-type=module-typescript', '-e', program], { cwd })
  const lines = output.toString().split('\n')
  expect(lines.filter((line) => line.includes('a hat'))).toEqual(['ordered: a hat', 'shipped: a hat'])
})
