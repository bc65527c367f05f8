import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { compile, type ErrorsIn } from '../../lpipe-preset/test/compilers.ts'
import { modules, rightSystems, wrongSystems } from './wrong-systems.ts'

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'node_modules')
const compilers = [
  ['5.4', new URL('../node_modules/typescript54/', import.meta.url)],
  ['5.9', new URL('../node_modules/typescript/', import.meta.url)],
  ['7', new URL('../../../node_modules/typescript/', import.meta.url)],
] as const

const head = `import { system, type SystemFunction } from '@lpipe/system'
const [orders, shipping] = [() => import('./orders.ts'), () => import('./shipping.ts')]
const topics = { news: {} }
const streams = { events: {} }
const queues = { orders: {}, parcels: {}, subscribed: { subscriptions: [{ topic: 'news' }] } } as const
`
const line = head.split('\n').length

test('the guide lists texts that compilers show', () => {
  const guide = readFileSync(new URL('../../../docs/contracts.md', import.meta.url), 'utf8')
  const listed = [...guide.matchAll(/^\| `([^`]* shipping[^`]*)`/gm)].map(([, text = '']) => text)
  const shown = wrongSystems.map(([, , text]) => text)
  expect(listed.length).toBe(5)
  expect(listed.filter((text) => !shown.includes(text))).toEqual([])
})

describe.each(compilers)('TypeScript %s', (version, compiler) => {
  let errorsIn: ErrorsIn = () => []

  beforeAll(() => {
    errorsIn = compile(fileURLToPath(new URL('bin/tsc', compiler)), folder, {
      ...modules,
      'right.ts': head + rightSystems.join('\n'),
      ...Object.fromEntries(wrongSystems.map(([, code], index) => [`wrong-${index}.ts`, head + code])),
    })
  })

  test('is the version that is meant', () => {
    const { version: installed } = createRequire(import.meta.url)(fileURLToPath(new URL('package.json', compiler))) as {
      version: string
    }
    expect(installed.startsWith(`${version}.`)).toBe(true)
  })

  test('accepts right systems, and those of which too little is known', () => {
    expect([...Object.keys(modules), 'right.ts'].flatMap(errorsIn)).toEqual([])
  })

  test.each(wrongSystems.map(([what, , text], index) => [what, index, text] as const))(
    'refuses %s',
    (_, index, text) => {
      const errors = errorsIn(`wrong-${index}.ts`)
      expect(errors).toEqual([expect.stringContaining(text)])
      expect(errors[0]).toMatch(new RegExp(`^wrong-\\d+\\.ts\\(${line},`))
    },
  )
})
