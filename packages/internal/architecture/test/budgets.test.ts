import { beforeAll, describe, expect, test } from '@jest/globals'
import { bundle } from '../src/bundle.ts'
import { compositions, forbidden } from '../src/compositions.ts'
import { type Budgets, budgets, measure } from '../src/measure.ts'
import { published } from '../src/packages.ts'

/** More, and a package grows by so much before anybody is told. */
const mostHeadroom = 1.03

/** What the design promises, whatever the ceilings say. */
const promised = 8000

let measured: Budgets
beforeAll(async () => {
  measured = await measure()
}, 60_000)

test('every package and every composition has a ceiling, and nothing else has', () => {
  expect(Object.keys(budgets.packages).sort()).toEqual([...published].sort())
  expect(Object.keys(budgets.compositions)).toEqual(Object.keys(compositions))
})

describe.each(Object.keys(budgets) as (keyof Budgets)[])('%s', (group) => {
  test.each(Object.entries(budgets[group]))('%s: at most %d, and not much less', (name, ceiling) => {
    const figure = measured[group][name] as number
    expect(figure).toBeLessThanOrEqual(ceiling)
    expect(ceiling).toBeLessThanOrEqual(figure * mostHeadroom)
  })
})

test('the preset costs at most 8 kB over @middy/core', () => {
  expect(measured.other['preset over @middy/core, bytes']).toBeLessThanOrEqual(promised)
})

describe.each(Object.entries(compositions))('%s', (_, { code, imports }) => {
  test('imports nothing that was not asked for', async () => {
    expect((await bundle(code)).imports).toEqual(imports)
  })

  test.each(forbidden)('holds nothing of %s, also when all that can be bundled is', async (name) => {
    const { holds, text } = await bundle(code, true)
    expect(holds.filter((one) => one === name || one.startsWith(`${name}/`))).toEqual([])
    if (!imports.some((one) => one.startsWith(name))) expect(text).not.toContain(name)
  })
})

test('a bundle that holds something forbidden is seen', async () => {
  const { holds } = await bundle("export { jsonSchema } from '@lpipe/json-schema'", true)
  expect(holds).toEqual(expect.arrayContaining(['ajv', '@middy/validator']))
})
