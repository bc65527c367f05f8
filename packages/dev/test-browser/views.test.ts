import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser, Locator, Page } from 'playwright-core'
import { launch, openPage, type WatchedPage } from './browser.ts'
import { type Shop, startShop } from './shop.ts'

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

const open = async (view: string): Promise<void> => {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view }).click()
}
const button = (name: string | RegExp, within: Page | Locator = page): Locator => within.getByRole('button', { name })
const dialog = (): Locator => page.getByRole('dialog')

describe('the graph', () => {
  test('shows each Lambda with its paths and functions, and the queues', async () => {
    const intake = page.getByRole('article', { name: 'intake' })
    await intake.getByText('ORDER', { exact: true }).waitFor()
    for (let step = 0; step < 3; step++) await button('Zoom in').click()
    await intake.getByText('checkOrder → reserveStock').waitFor()
    await button('Show all').click()
    for (const name of ['payment', 'shipping', 'auditing', 'orders', 'parcels-dead', 'audit']) {
      await page.getByRole('article', { name, exact: true }).waitFor()
    }
  })

  test('counts messages while they move', async () => {
    await shop.order({ id: 'o-1' }, { id: 'o-2' }, { id: 'o-3' })
    await page.getByRole('article', { name: 'intake' }).getByText('OK', { exact: true }).first().waitFor()
    await page.getByLabel('Messages since the start').getByText('12', { exact: true }).first().waitFor()
  })

  test('shows the details of a path, which lead to its messages', async () => {
    await page.getByRole('article', { name: 'intake' }).getByRole('button', { name: /ORDER/ }).click()
    const details = page.getByRole('complementary', { name: 'Details of ORDER' })
    await details.getByText('checkOrder').waitFor()
    await details.getByRole('link', { name: 'Messages' }).click()
    expect(await page.getByLabel('Any path').inputValue()).toBe('ORDER')
    await page.getByRole('list', { name: 'Messages' }).getByText(/o-3/).waitFor()
  })

  test('can be used with the keyboard', async () => {
    await open('Graph')
    const graph = page.getByRole('region', { name: /^Graph/ })
    await graph.focus()
    const layer = graph.locator('.layer').first()
    const place = (): Promise<string> => layer.evaluate((element) => (element as HTMLElement).style.transform)
    const changes = async (key: string): Promise<void> => {
      const before = await place()
      await page.keyboard.press(key)
      await page.waitForFunction(
        (last) => document.querySelector<HTMLElement>('.layer')?.style.transform !== last,
        before,
      )
    }
    await changes('ArrowRight')
    await changes('+')
    await changes('0')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('complementary').waitFor()
    await button('Close details').click()
  })

  test('is a table too', async () => {
    await button('Table').click()
    const row = page.getByRole('row', { name: /authorize/ })
    await row.getByText('function').waitFor()
    await button('Picture').click()
  })
})

describe('messages', () => {
  let declined: string
  beforeAll(async () => {
    ;[declined = ''] = await shop.order({ id: 'o-77', card: 'declined' })
    await open('Messages')
  })

  test('are found by all that is typed, also while a search begins', async () => {
    await page.evaluate(() => {
      history.replaceState = (...search) => {
        Reflect.deleteProperty(history, 'replaceState')
        history.replaceState(...search)
        const input = document.querySelector<HTMLInputElement>('input[type="search"]')
        if (input === null) return
        input.value += '77'
        input.dispatchEvent(new Event('input', { bubbles: true }))
      }
    })
    await page.getByLabel('Search body, id or error').fill('o-')
    await page.waitForFunction(() => location.hash.endsWith('text=o-77'))
    expect(await page.getByLabel('Search body, id or error').inputValue()).toBe('o-77')
  })

  test('are found by text, path and outcome', async () => {
    await page.getByLabel('Search body, id or error').fill('o-77')
    const list = page.getByRole('list', { name: 'Messages' })
    // The order, its charge and the dead letter; the orders of other tests are not there.
    await page.waitForFunction(() => document.querySelectorAll('.message').length <= 3)
    await list.getByText('CHARGE', { exact: true }).waitFor()
    await page.getByLabel('Any outcome').selectOption('dropped')
    await page.waitForFunction(() => document.querySelectorAll('.message').length === 1)
    await list.getByText(/CardDeclined/).waitFor()
    await button('Clear').click()
    await page.getByLabel('Search body, id or error').fill(declined.slice(0, 13))
    await page.waitForFunction(() => document.querySelectorAll('.message').length === 1)
  })

  test('one shows its way: waits, functions with kwargs, sends, the next message, the error with its stack', async () => {
    await page.getByRole('list', { name: 'Messages' }).getByRole('link').click()
    const way = page.getByRole('region', { name: 'Way of the message' })
    for (const line of [
      /wait in orders/,
      /Lambda intake/,
      /function checkOrder/,
      /send to payments/,
      /CHARGE payments/,
    ]) {
      await button(line, way).first().waitFor()
    }
    await button(/function reserveStock/, way).click()
    await way.getByLabel('kwargs').getByText('"o-77"').waitFor()
    await button(/function authorize failed/, way).click()
    await way.getByText(/the bank declined a charge of 3750 cents/).waitFor()
    await way
      .getByRole('list', { name: 'Stack' })
      .getByText(/payment\.ts:\d+/)
      .first()
      .waitFor()
  })

  test('one is sent again, edited', async () => {
    await button('Send again').click()
    const body = await dialog().getByLabel('Body').inputValue()
    expect(JSON.parse(body)).toMatchObject({ path: 'ORDER', kwargs: { id: 'o-77', card: 'declined' } })
    await dialog().getByLabel('Body').fill(body.replace('"declined"', '"valid"').replace('o-77', 'o-78'))
    await button('Send edited', dialog()).click()
    const way = page.getByRole('region', { name: 'Way of the message' })
    await button(/function printLabel/, way).waitFor()
  })

  test('one is sent again from one queue on, or from its start', async () => {
    const way = page.getByRole('region', { name: 'Way of the message' })
    await button(/^CHARGE payments/, way).click()
    await way.getByRole('region', { name: 'Details of the message' }).locator('dd a').click()
    await page.getByRole('heading', { name: 'CHARGE' }).waitFor()
    await button('Send again').click()
    await button('From payments', dialog()).waitFor()
    await button('From the start: orders', dialog()).click()
    await dialog().getByText('The message is sent to orders.').waitFor()
    await button('From payments', dialog()).click()
    await button('Send as it was', dialog()).click()
    await page.getByText('Sent again to payments.').waitFor()
  })
})

describe('send', () => {
  beforeAll(() => open('Send'))

  test('a form that is not complete is not sent: it says why', async () => {
    await page.getByLabel('Path', { exact: true }).selectOption({ label: 'ORDER of intake' })
    await page.getByLabel('items', { exact: true }).fill('many')
    await button('Send', page.locator('main')).click()
    await page.getByText('Write a whole number.').waitFor()
    await page.getByText('Nothing was sent.').waitFor()
    expect(await page.getByLabel('items', { exact: true }).getAttribute('aria-invalid')).toBe('true')
  })

  test('a complete one is sent', async () => {
    await page.getByLabel('id', { exact: true }).fill('o-99')
    await page.getByLabel('name', { exact: true }).fill('Grace')
    await page.getByLabel('city', { exact: true }).selectOption('Lima')
    await page.getByLabel('items', { exact: true }).fill('2')
    await button('Kwargs').click()
    expect(JSON.parse(await page.getByLabel('Kwargs as JSON').inputValue())).toEqual({
      id: 'o-99',
      customer: { name: 'Grace', city: 'Lima' },
      items: 2,
      card: 'valid',
    })
    await button('Form').click()
    await button('Send', page.locator('main')).click()
    await page.getByRole('link', { name: 'See its way' }).click()
    await button(/function printLabel/, page.getByRole('region', { name: 'Way of the message' })).waitFor()
  })

  test('many are generated from the schema at a rate, and can be stopped', async () => {
    await open('Send')
    const card = page.getByRole('region', { name: 'Generate many' })
    await card.getByLabel('Messages', { exact: true }).fill('40')
    await card.getByLabel('Per second').fill('200')
    await button('Generate', card).click()
    await card.getByText('40 of 40').waitFor()
    await card.getByLabel('Messages', { exact: true }).fill('100000')
    await card.getByLabel('Per second').fill('1')
    await button('Generate', card).click()
    await button(/^Stop sending/, card).click()
    await card.getByText('Stopped').waitFor()
  })
})

describe('dead letters', () => {
  beforeAll(async () => {
    await shop.order(
      { id: 'o-201', card: 'declined' },
      { id: 'o-202', card: 'declined' },
      { id: 'o-301', city: 'Atlantis' },
    )
    await open('Dead letters')
  })
  const group = (error: string): Locator => page.locator('.group').filter({ hasText: error })

  test('of both kinds are grouped by error, path and function', async () => {
    await group('CardDeclined').getByText('CHARGE → authorize').waitFor()
    await group('CardDeclined').getByText('lpipe', { exact: true }).waitFor()
    await group('NoCarrier').getByText('SHIP → chooseCarrier').waitFor()
    await group('NoCarrier').getByText('SQS', { exact: true }).waitFor()
  })

  test('one is tried against the code as it is now: what it would send is shown, and nothing is sent', async () => {
    await page.getByLabel('Search body, id or error').fill('o-301')
    await page.keyboard.press('Enter')
    await page.locator('.letter-link').first().click()
    await page.getByText('no carrier delivers to Ada in Atlantis').first().waitFor()
    await button('Edit').click()
    const body = await dialog().getByLabel('Body').inputValue()
    await dialog().getByLabel('Body').fill(body.replace('Atlantis', 'Lagos'))
    await button('Dry run', dialog()).click()
    const result = dialog().getByRole('region', { name: 'Result of the dry run' })
    await result.getByText('Succeeded', { exact: true }).waitFor()
    await result.getByText('It would send 1').waitFor()
    await result.getByText('"Lagos"').waitFor()
  })

  test('it is sent back edited, and the history says so', async () => {
    await dialog().getByLabel('Note').fill('the city was misspelled')
    await button('Redrive edited', dialog()).click()
    await page.getByText('Redrove 1 dead letter.').waitFor()
    await button('History').click()
    const history = page.getByRole('list', { name: 'History' })
    await history.getByText('Redriven, edited').first().waitFor()
    await history.getByText('the city was misspelled').waitFor()
    await history.getByRole('link', { name: 'See its new way' }).first().click()
    await button(/function printLabel/, page.getByRole('region', { name: 'Way of the message' })).waitFor()
  })

  test('some are discarded with a note', async () => {
    await open('Dead letters')
    await page.getByLabel('Search body, id or error').fill('o-201')
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.querySelectorAll('.letter').length === 1)
    await page.locator('.letter').getByRole('checkbox').check()
    await button('Discard 1 selected').click()
    expect(await button('Discard', dialog()).isDisabled()).toBe(true)
    await dialog().getByLabel('Note').fill('the customer has left')
    await button('Discard', dialog()).click()
    await page.getByText('Discarded 1 dead letter.').waitFor()
    await page.getByText('No dead letter matches').waitFor()
  })

  test('one that cannot be sent back stays open, and the dialog says why', async () => {
    await open('Dead letters')
    const left = [{ id: 'o-202', reason: 'the queue is gone' }]
    await page.route('**/api/dead-letters/redrive', (route) => route.fulfill({ json: { done: [], left } }))
    await page.locator('.letter-link').first().click()
    const letter = page.getByRole('article', { name: 'Dead letter' })
    await button('Redrive', letter).click()
    await button('Redrive', dialog()).click()
    await dialog().getByText('the queue is gone').waitFor()
    await button('Close', dialog()).first().click()
    await button('Redrive', letter).waitFor()
    await page.unroute('**/api/dead-letters/redrive')
  })

  test('a whole group is sent back', async () => {
    await open('Dead letters')
    await page.getByLabel('Search body, id or error').fill('o-202')
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.querySelectorAll('.letter').length === 1)
    await button('Redrive all of CardDeclined').click()
    await button('Redrive', dialog()).click()
    await button('History').click()
    await page
      .locator('.history-line')
      .filter({ hasText: 'Redriven' })
      .filter({ hasText: 'CardDeclined in CHARGE' })
      .waitFor()
  })
})

describe('findings', () => {
  test('show what is wrong, where in the source, and lead to the graph', async () => {
    await open('Findings')
    const finding = page.getByRole('listitem').filter({ hasText: 'visibility-timeout' }).first()
    await finding.getByText('Warning').waitFor()
    await finding.getByText(/lpipe\.config\.ts:\d+/).waitFor()
    await finding.getByRole('link', { name: 'Show in the graph' }).click()
    await page.getByRole('complementary', { name: 'Details of parcels' }).waitFor()
  })
})

describe('the frame', () => {
  test('the theme can be switched, and stays', async () => {
    const dark = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const before = await dark()
    await button('Dark').click()
    expect(await dark()).not.toBe(before)
    await page.reload()
    await page.getByText('Live').waitFor()
    expect(await dark()).not.toBe(before)
    await button('As the system').click()
  })

  test('the address has no token, and a tab without one is not connected until the printed URL is opened in it', async () => {
    expect(page.url()).not.toContain('token')
    const { page: other } = await openPage(browser, shop.dev.origin)
    await other.getByText('Not connected').waitFor()
    const advice = other.getByText('Open the URL that lpipe dev printed.')
    await advice.waitFor()
    await other.goto(shop.dev.url) // only the hash is another one
    await other.getByText('Live').waitFor()
    await advice.waitFor({ state: 'detached' })
    expect(other.url()).not.toContain('token')
    await other.context().close()
  })

  test('the browser reported nothing: no error, no refused content, no request to another host', () => {
    expect(watched.problems).toEqual([])
  })
})
