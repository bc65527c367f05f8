import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { launch, openPage } from './browser.ts'
import { type Shop, startShop } from './shop.ts'

let browser: Browser
let shop: Shop
let page: Page
beforeAll(async () => {
  ;[browser, shop] = await Promise.all([launch(), startShop()])
  await shop.order({ id: 'o-1', card: 'declined' }, { id: 'o-2', card: 'declined' }, { id: 'o-3' })
  await shop.until(({ deadLetters, succeeded }) => deadLetters === 2 && succeeded >= 6)
  page = (await openPage(browser, shop.dev.url)).page
  await page.getByText('Live').waitFor()
})
afterAll(async () => {
  await browser?.close()
  await shop?.dev.stop()
})

/** The tag and the name of what has the focus. */
const focused = (): Promise<string> =>
  page.evaluate(() => {
    const { activeElement: element } = document
    const label = (element as HTMLInputElement | null)?.labels?.[0]?.textContent
    return `${element?.localName} ${element?.getAttribute('aria-label') ?? label ?? element?.textContent ?? ''}`
  })

/** Presses Tab until something has the focus, and returns what it is called. */
const tabTo = async (name: RegExp, key = 'Tab'): Promise<string> => {
  for (let presses = 0; presses < 200; presses++) {
    await page.keyboard.press(key)
    const text = await focused()
    if (name.test(text)) return text
  }
  throw new Error(`the key ${key} does not lead to ${name}, but to ${await focused()}`)
}
const press = async (name: RegExp, key?: string): Promise<void> => {
  await tabTo(name, key)
  await page.keyboard.press('Enter')
}
const dialog = () => page.getByRole('dialog')

describe('without a mouse', () => {
  test('a message is found, read and sent again', async () => {
    await press(/^a Messages/)
    await tabTo(/^input Search/)
    await page.keyboard.type('o-1')
    await page.waitForFunction(() => document.querySelectorAll('.message').length === 3)
    expect(await focused()).toMatch(/^input Search/)
    await press(/^a DroppedCHARGE/)
    await page.getByRole('region', { name: 'Way of the message' }).waitFor()
    await press(/^button function authorize/)
    await page.getByRole('region', { name: 'Details of authorize' }).waitFor()

    await press(/^button Send again/, 'Shift+Tab')
    await dialog().waitFor()
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
    expect(await focused()).toBe('button Send again')
    await page.keyboard.press('Enter')
    await dialog().waitFor()
    await press(/^button Cancel/)
    await dialog().waitFor({ state: 'detached' })
    expect(await focused()).toBe('button Send again')
    await page.keyboard.press('Enter')
    await press(/^button Send as it was/)
    await page.getByText('Sent again to payments.').waitFor()
    await page.waitForFunction(() => document.activeElement?.ariaLabel === 'Selected message')
  })

  test('dead letters are searched, tried, edited and sent back', async () => {
    await press(/^a Dead letters/, 'Shift+Tab')
    await tabTo(/^input Search/)
    await page.keyboard.type('o-2')
    await page.waitForFunction(() => document.querySelectorAll('.letter').length === 1)
    expect(await focused()).toMatch(/^input Search/)
    await tabTo(/^select Both kinds/)
    await page.keyboard.type('lpipe')
    await page.waitForFunction(() => location.hash.includes('kind=lpipe'))
    await page.locator('.letter').waitFor()
    expect(await focused()).toMatch(/^select Both kinds/)

    await press(/^a {"path":"CHARGE"/)
    await page.getByRole('article', { name: 'Dead letter' }).getByText('authorize').first().waitFor()
    await press(/^button Dry run/)
    await page.getByRole('region', { name: 'Result of the dry run' }).waitFor()
    expect(await focused()).toBe('button Dry run')
    await press(/^button Edit/)
    await tabTo(/^textarea Body/)
    const body = await dialog().getByLabel('Body').inputValue()
    await page.keyboard.press('Control+a')
    await page.keyboard.insertText(body.replace('declined', 'valid'))
    await press(/^button Redrive edited/)
    await page.getByText('Redrove 1 dead letter.').waitFor()
    await page.waitForFunction(() => document.activeElement?.ariaLabel === 'List of dead letters')
  })

  test('a form is filled and sent', async () => {
    await press(/^a Send/, 'Shift+Tab')
    for (const [field, text] of [
      [/^input id/, 'o-4'],
      [/^input name/, 'Ada'],
      [/^select city/, 'Lima'],
      [/^input items/, '2'],
    ] as const) {
      await tabTo(field)
      await page.keyboard.type(text)
    }
    await press(/^button Send/)
    await page.getByText('Sent 1 message.').waitFor()
    expect(await focused()).toBe('button Send')
    await press(/^a See its way/)
    await page.getByRole('region', { name: 'Way of the message' }).getByText('checkOrder').first().waitFor()
  })
})
