import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { launch, openPage, type WatchedPage } from './browser.ts'
import { bodyOf, type Shop, startShop } from './shop.ts'

const script = `<img src=x onerror="document.title='harmed'"><script>document.title='harmed'</script>`
const reversed = '\u202egnp.exe\u2066 \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627'
const ansi = '\u001b[2J\u001b[31mred\u001b[0m\u0007\u0000'

/** What a message has beside the kwargs of an order, as JSON. */
const hostile: Readonly<Record<string, string>> = {
  script: JSON.stringify({
    [script]: script,
    html: '</script></textarea></style><b>bold</b>',
    link: 'javascript:alert(1)',
  }),
  text: JSON.stringify({ reversed, ansi, long: 'W'.repeat(2_000), spaces: ' '.repeat(500) }),
  large: JSON.stringify({ megabyte: 'x'.repeat(1_000_000) }),
  deep: `${'{"a":['.repeat(5_000)}1${']}'.repeat(5_000)}`,
  members: JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`member-${index}`, index]))),
  odd: '{"__proto__": {"polluted": true}, "constructor": {"prototype": 1}, "toString": 1, "": null}',
}

let browser: Browser
let shop: Shop
let watched: WatchedPage
let page: Page
beforeAll(async () => {
  ;[browser, shop] = await Promise.all([launch(), startShop()])
  watched = await openPage(browser, shop.dev.url)
  page = watched.page
})
afterAll(async () => {
  await browser?.close()
  await shop?.dev.stop()
})

/** Nothing of the message became a part of the page, the page still answers, and it is not wider than the window. */
const expectUnharmed = async (): Promise<void> => {
  expect(await page.title()).not.toContain('harmed')
  expect(await page.locator('main :is(img, script, iframe, b b, a[href^="javascript"])').count()).toBe(0)
  expect(await page.evaluate(() => Object.hasOwn(Object.prototype, 'polluted'))).toBe(false)
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  expect(watched.problems).toEqual([])
}

describe.each(Object.keys(hostile))('a hostile message: %s', (kind) => {
  let id: string
  beforeAll(async () => {
    const body = JSON.stringify(bodyOf({ id: 'o-666', name: 'Mallory', extra: 0 }))
    ;[id = ''] = await shop.dev.send('orders', [body.replace('"extra":0', () => `"extra":${hostile[kind]}`)])
  })

  test('harms neither the list nor its way', async () => {
    await page.goto(`${shop.dev.origin}/#/messages/${id}`)
    const details = page.getByRole('region', { name: 'Details of the message' })
    await details.getByText('Body').waitFor()
    await page
      .getByRole('region', { name: 'Way of the message' })
      .getByRole('button', { name: /checkOrder/ })
      .click()
    await page.getByRole('region', { name: 'Details of checkOrder' }).waitFor()
    await expectUnharmed()
  })

  test('can be opened to be sent again', async () => {
    await page.getByRole('button', { name: 'Send again' }).click()
    const body = await page.getByRole('dialog').getByLabel('Body').inputValue()
    expect(JSON.parse(body)).toMatchObject({ kwargs: { id: 'o-666' } })
    await expectUnharmed()
    await page.keyboard.press('Escape')
  })
})

test('direction marks and control characters are shown, and do nothing', async () => {
  const [id = ''] = await shop.order({ id: 'o-667', extra: { reversed, ansi } })
  await page.goto(`${shop.dev.origin}/#/messages/${id}`)
  const body = page.getByRole('region', { name: 'Details of the message' }).getByLabel('body', { exact: true })
  await body.getByRole('button', { name: /^extra/ }).click()
  const shown = (await body.textContent()) ?? ''
  expect(shown).toContain('\\u202egnp.exe')
  expect(shown).toContain('\\u001b[31mred')
  for (const character of ['\u202e', '\u2066', '\u001b', '\u0000']) expect(shown).not.toContain(character)
})

test('an error with hostile text harms nothing, as a dead letter too', async () => {
  await shop.order({ id: 'o-668', city: 'Atlantis', name: script })
  await page.goto(`${shop.dev.origin}/#/dead-letters`)
  await page.locator('.letter-link').first().click()
  await page.getByRole('article', { name: 'Dead letter' }).getByText(script).first().waitFor()
  await expectUnharmed()
})

test('a number that JavaScript would change is shown and sent again as it is', async () => {
  const number = '12345678901234567890'
  const [id = ''] = await shop.dev.send('orders', [`{"path":"ORDER","kwargs":{"id":"o-669","count":${number}}}`])
  await page.goto(`${shop.dev.origin}/#/messages/${id}`)
  const details = page.getByRole('region', { name: 'Details of the message' })
  await details.getByLabel('body', { exact: true }).getByText(number).waitFor()
  await page.getByRole('button', { name: 'Send again' }).click()
  expect(await page.getByRole('dialog').getByLabel('Body').inputValue()).toContain(number)
  await page.keyboard.press('Escape')
})
