import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

const programs = ['from-schema', 'from-json-schema', 'from-types', 'functions'].map((name) => read(`src/${name}.ts`))

/** The programs in a text, or in its chapter on signatures if it has one. */
const quoted = (path: string): string[] => {
  const text = read(path)
  const chapter = /<!-- signatures -->(.*?)<!-- \/signatures -->/s.exec(text)?.[1] ?? text
  return [...chapter.matchAll(/^```(?:ts|typescript)\n(.*?)^```$/gms)].map(([, program = '']) => program)
}

test.each(['../../README.md', '../../packages/json-schema/README.md'])(
  '%s quotes programs that are compiled and run',
  (path) => {
    expect(quoted(path).filter((program) => !programs.includes(program))).toEqual([])
  },
)
