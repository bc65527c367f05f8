import { cp, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { launch, openPage, type WatchedPage } from './browser.ts'
import { type Shop, startShop } from './shop.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

let folder: string
let browser: Browser
let shop: Shop
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lpipe-page-'))
  await cp(here('shop'), folder, { recursive: true })
  await symlink(here('../node_modules'), join(folder, 'node_modules'))
  ;[browser, shop] = await Promise.all([launch(), startShop({ config: join(folder, 'lpipe.config.ts'), watch: true })])
  watched = await openPage(browser, shop.dev.url)
  page = watched.page
  await page.getByText('Live').waitFor()
})
afterAll(async () => {
  await browser?.close()
  await shop?.dev.stop()
  await rm(folder, { recursive: true, force: true })
})

const edit = async (file: string, change: (text: string) => string): Promise<void> => {
  const path = join(folder, file)
  // In one step: a file that is emptied and then written could be built between the two.
  await writeFile(`${folder}.new`, change(await readFile(path, 'utf8')))
  await rename(`${folder}.new`, path)
}
const auditing = () => page.getByRole('article', { name: 'auditing', exact: true })
const open = (view: string): Promise<void> =>
  page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view }).click()

test('a source changes: the open page says so, shows the new paths, and keeps the messages', async () => {
  await auditing().getByText('RECORD', { exact: true }).waitFor()
  await shop.order({ id: 'o-1' }, { id: 'o-2', city: 'Atlantis' })
  await shop.until(({ succeeded, deadLetters }) => succeeded >= 6 && deadLetters === 1)

  await edit('auditing.ts', (text) => text.replace('RECORD: [record]', 'RECORD: [record], FORGET: [record]'))
  await page.getByText('New code runs in auditing.').waitFor()
  await auditing().getByText('FORGET', { exact: true }).waitFor()
  await auditing().getByText('RECORD', { exact: true }).waitFor()

  await open('Send')
  await page.getByLabel('Queue or stream').selectOption('audit')
  await page.getByLabel('Path', { exact: true }).selectOption({ label: 'FORGET of auditing' })
  await open('Messages')
  const list = page.getByRole('list', { name: 'Messages' })
  await list.getByText(/o-1/).first().waitFor()
  await list.getByText(/o-2/).first().waitFor()
  await open('Dead letters')
  await page.locator('.letter').getByText(/o-2/).waitFor()
})

test('sources that cannot be built: the page says where, until they can', async () => {
  await edit('auditing.ts', (text) => `${text}\nexport const broken = (`)
  await page.getByText(/The sources cannot be built, the old code still runs\. auditing\.ts:\d+:\d+: /).waitFor()
  await edit('auditing.ts', (text) => text.replace('\nexport const broken = (', "\nthrow new Error('no audit today')"))
  await page.getByText('auditing is broken').waitFor()
  await edit('auditing.ts', (text) => text.replace("\nthrow new Error('no audit today')", ''))
  await page.getByText('auditing is broken').waitFor({ state: 'detached' })
})

test('the configuration changes: each view says what only a restart applies', async () => {
  await edit('lpipe.config.ts', (text) => text.replace('declined: {},', 'declined: {}, gifts: {},'))
  const notice = page.getByText('Not applied: queues changed in lpipe.config.ts. Restart lpipe dev to apply it.')
  for (const view of ['Graph', 'Messages', 'Send', 'Dead letters', 'Findings']) {
    await open(view)
    await notice.waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight)).toBe(true)
  }
  await edit('lpipe.config.ts', (text) => text.replace(' gifts: {},', ''))
  await notice.waitFor({ state: 'detached' })
  expect(watched.problems).toEqual([])
})
