import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

const programs = ['from-schema', 'from-json-schema', 'functions', 'from-types'].map((name) => read(`src/${name}.ts`))

const programsIn = (text: string): string[] =>
  [...text.matchAll(/^```(?:ts|typescript)\n(.*?)^```$/gms)].map(([, program = '']) => program)

test('the guide quotes programs that are compiled and run', () => {
  const quoted = programsIn(read('../../docs/signatures.md')).filter((program) =>
    program.includes('export const handler'),
  )
  expect(quoted).toHaveLength(3)
  expect(programs).toEqual(expect.arrayContaining(quoted))
})

test("the first program of @lpipe/json-schema's README too", () => {
  expect(programsIn(read('../../packages/json-schema/README.md'))[0]).toBe(programs[1])
})
