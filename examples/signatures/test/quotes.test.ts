import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

const programs = ['from-schema', 'from-json-schema', 'functions', 'from-types'].map((name) => read(`src/${name}.ts`))

const programsIn = (text: string): string[] =>
  [...text.matchAll(/^```(?:ts|typescript)\n(.*?)^```$/gms)].map(([, program = '']) => program)

test('the README quotes programs that are compiled and run', () => {
  const [, chapter = ''] = /^## Give your functions a signature$(.*?)^## /ms.exec(read('../../README.md')) ?? []
  const quoted = programsIn(chapter)
  expect(quoted.length).toBeGreaterThan(0)
  expect(programs).toEqual(expect.arrayContaining(quoted))
})

test("the first program of @lpipe/json-schema's README too", () => {
  expect(programsIn(read('../../packages/json-schema/README.md'))[0]).toBe(programs[1])
})
