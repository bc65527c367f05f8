import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { compile, type ErrorsIn } from './compilers.ts'
import { preamble, rightGraph, wrongGraphs } from './wrong-graphs.ts'

const requireHere = createRequire(import.meta.url)
const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'node_modules')
const compilers = [
  ['5.4', 'typescript54'],
  ['5.9', 'typescript59'],
  ['7', 'typescript'],
] as const

const [, exported = ''] = /export \{([^}]*)\}\n$/.exec(preamble) ?? []
const imports = `import {${exported.replaceAll('\n', ' ')}} from './preamble.ts'\n`

/** Graphs that must be accepted, and graphs that must be refused, without the text of their error. */
const types = readFileSync(new URL('./graph.types.ts', import.meta.url), 'utf8')
const isGraph = /^\s+(?:lpipe|pathRouter)\(/
const acceptedGraphs = types
  .split('\n')
  .filter((line, index, lines) => isGraph.test(line) && !lines[index - 1]?.includes('@ts-expect-error'))

test('there are at least 60 wrong graphs with their errors, and 60 right ones', () => {
  expect(wrongGraphs.filter(([, code]) => isGraph.test(` ${code}`)).length).toBeGreaterThanOrEqual(60)
  expect(acceptedGraphs.length).toBeGreaterThanOrEqual(60)
})

test('the guide lists texts that compilers show', () => {
  const guide = readFileSync(new URL('../../../docs/contracts.md', import.meta.url), 'utf8')
  const [, errors = ''] = /^## Errors\n(.*?)^## /ms.exec(guide) ?? []
  const listed = [...errors.matchAll(/^\| `([^`]+)`/gm)].map(([, text = '']) => text)
  const shown = wrongGraphs.flatMap(([, , text]) => text)
  expect(listed.filter((text) => !shown.includes(text) && !/ shipping|^the module/.test(text))).toEqual([])
  expect(listed.length).toBeGreaterThanOrEqual(20)
})

describe.each(compilers)('TypeScript %s', (version, name) => {
  let errorsIn: ErrorsIn = () => []

  beforeAll(() => {
    const wrong = wrongGraphs.map(([, code], index) => [`wrong-${index}.ts`, `${imports}${code}\n`] as const)
    errorsIn = compile(join(dirname(requireHere.resolve(`${name}/package.json`)), 'bin/tsc'), folder, {
      'preamble.ts': preamble,
      'right.ts': rightGraph,
      'graph.types.ts': types,
      ...Object.fromEntries(wrong),
    })
  })

  test('is the version that is meant', () => {
    const { version: installed } = requireHere(`${name}/package.json`) as { version: string }
    expect(installed.startsWith(`${version}.`)).toBe(true)
  })

  test('accepts right graphs, and refuses those of graph.types.ts', () => {
    expect(['preamble.ts', 'right.ts', 'graph.types.ts'].flatMap(errorsIn)).toEqual([])
  })

  test.each(wrongGraphs.map(([title, code, text], index) => [title, index, code, text] as const))(
    'refuses %s',
    (_, index, __, text) => {
      const errors = errorsIn(`wrong-${index}.ts`)
      for (const one of [text].flat()) expect(errors).toEqual([expect.stringContaining(one)])
      expect(errors[0]).toMatch(/^wrong-\d+\.ts\(2,/)
    },
  )
})
