import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { DeadLetters } from '@lpipe/dev'
import type { Browser, Page } from 'playwright-core'
import { launch, openPage, sizes, type WatchedPage } from './browser.ts'
import { type SceneIds, scenesOf } from './scenes.ts'
import { type Order, type Shop, startShop } from './shop.ts'

/** Pictures are made for the documentation only: `LPIPE_SCREENSHOTS=1`. */
const pictures =
  process.env['LPIPE_SCREENSHOTS'] === '1'
    ? fileURLToPath(new URL('../../../docs/images/dev/', import.meta.url))
    : undefined

const cities = ['Berlin', 'Lagos', 'Lima'] as const
const orderOf = (index: number): Order => ({
  id: `o-${1_000 + index}`,
  name: ['Ada', 'Grace', 'Alan', 'Barbara'][index % 4] as string,
  city: cities[index % 3] as 'Lima',
  items: 1 + (index % 7),
})

let browser: Browser
let shop: Shop
let traffic: ReturnType<typeof setInterval> | undefined
const ids: { -readonly [Name in keyof SceneIds]: string } = { declined: '', deadLetter: '' }

beforeAll(async () => {
  ;[browser, shop] = await Promise.all([launch(), startShop()])
  const isPicture = pictures !== undefined
  await shop.order(...Array.from({ length: isPicture ? 24 : 2 }, (_, index) => orderOf(index)))
  ;[ids.declined] = (await shop.order(
    { id: 'o-1101', name: 'Mary', card: 'declined', items: 4 },
    { id: 'o-1102', name: 'Joan', card: 'declined', items: 2 },
    { id: 'o-1103', name: 'Ursula', city: 'Atlantis' },
    { id: 'o-1104', name: 'Edgar', city: 'Atlantis' },
    { id: 'o-1105', name: 'Jules', city: 'Atlantis' },
  )) as [string]
  await shop.until(({ deadLetters }) => deadLetters >= 5)
  const authorization = `Bearer ${shop.dev.token}`
  const response = await fetch(`${shop.dev.origin}/api/dead-letters?kind=sqs`, { headers: { authorization } })
  ids.deadLetter = ((await response.json()) as DeadLetters).deadLetters[0]?.id ?? ''
  if (!isPicture) return
  mkdirSync(pictures, { recursive: true })
  let index = 24
  traffic = setInterval(() => void shop.order(orderOf(index++)), 400)
})
afterAll(async () => {
  clearInterval(traffic)
  await browser?.close()
  await shop?.dev.stop()
})

/** In a project of a user, lpipe is in `node_modules`: pictures show its frames as they are there. */
const asInstalled = async (page: Page): Promise<void> => {
  await page.route(/\/api\/(?:messages|dead-letters)\//, async (route) => {
    const response = await route.fetch()
    const text = await response.text()
    const body = text
      .replace(
        /"file":"[^"]*\/packages\/([\w-]+\/src\/[^"]*)"([^}]*)"own":true/g,
        '"file":"node_modules/@lpipe/$1"$2"own":false',
      )
      .replace(/[^"( ]*\/packages\/(?:dev\/test-browser\/shop\/)?/g, '')
    await route.fulfill({ response, body })
  })
}

/** What axe finds, with the first elements of each. */
const violationsOf = async (page: Page): Promise<readonly string[]> => {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map(({ html }) => html)
        .join(' ')}`,
  )
}

/** The names of the graph that are not shown as a whole. */
const cutNames = (page: Page): Promise<readonly (string | null)[]> =>
  page
    .locator('.node-title .name, .path-name')
    .evaluateAll((names) =>
      names
        .filter(
          ({ scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
            scrollWidth > clientWidth || scrollHeight > clientHeight,
        )
        .map(({ textContent }) => textContent),
    )

/** In a narrow window the same elements have the same colors and names: axe is run once for each theme. */
const looks = [
  { size: 'wide', theme: 'light', axe: true },
  { size: 'wide', theme: 'dark', axe: true },
  { size: 'narrow', theme: 'light', axe: false },
  ...(pictures === undefined ? [] : [{ size: 'narrow', theme: 'dark', axe: false } as const]),
] as const

describe.each(looks)('$size, $theme', ({ size, theme, axe }) => {
  let watched: WatchedPage
  beforeAll(async () => {
    watched = await openPage(browser, shop.dev.url, { viewport: sizes[size], colorScheme: theme })
    if (pictures !== undefined) await asInstalled(watched.page)
    await watched.page.getByText('Live').waitFor()
  })
  afterAll(() => watched?.page.context().close())

  test.each(scenesOf({ declined: '', deadLetter: '' }).map(({ name }) => name))(
    '%s: axe finds nothing, and nothing is cut off',
    async (name) => {
      const { page, problems } = watched
      const scene = scenesOf(ids).find((one) => one.name === name)
      await page.goto(`${shop.dev.origin}/${scene?.hash}`)
      await page.keyboard.press('Escape') // a dialog of the scene before
      await scene?.act(page)
      if (pictures !== undefined) {
        await page.waitForTimeout(name === 'graph' ? 1_500 : 400)
        await page.screenshot({ path: `${pictures}${name}-${size}-${theme}.png` })
      }
      if (axe) expect(await violationsOf(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
      expect(problems).toEqual([])
    },
  )

  // After the scenes: their pictures show the graph as it is at first.
  test('graph: no name is cut, from afar and from near', async () => {
    const { page } = watched
    await page.goto(`${shop.dev.origin}/#/graph`)
    await page.getByRole('article', { name: 'parcels-dead' }).getByText('Letters', { exact: true }).waitFor()
    expect(await cutNames(page)).toEqual([])
    for (let step = 0; step < 3; step++) await page.getByRole('button', { name: 'Zoom in' }).click()
    expect(await cutNames(page)).toEqual([])
  })
})
