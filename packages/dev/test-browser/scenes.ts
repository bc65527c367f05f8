import type { Page } from 'playwright-core'

/** What the page shows in a picture, and how a person gets there. */
export interface Scene {
  readonly name: string
  readonly hash: string
  readonly act: (page: Page) => Promise<void>
}

/** The ids that the scenes need. */
export interface SceneIds {
  /** A message whose payment was declined. */
  readonly declined: string
  /** A dead letter of SQS. */
  readonly deadLetter: string
}

const way = (page: Page) => page.getByRole('region', { name: 'Way of the message' })

/** Each view, with what is open in it. */
export const scenesOf = ({ declined, deadLetter }: SceneIds): readonly Scene[] => [
  {
    name: 'graph',
    hash: '#/graph',
    act: async (page) => {
      await page.getByRole('article', { name: 'intake' }).waitFor()
    },
  },
  {
    name: 'graph-details',
    hash: '#/graph/path%3Aintake%2FORDER',
    act: (page) => page.getByRole('complementary', { name: 'Details of ORDER' }).waitFor(),
  },
  {
    name: 'graph-table',
    hash: '#/graph?as=table',
    act: (page) => page.getByRole('row', { name: /authorize/ }).waitFor(),
  },
  {
    name: 'messages',
    hash: '#/messages',
    act: (page) => page.getByRole('list', { name: 'Messages' }).getByRole('link').first().waitFor(),
  },
  {
    name: 'message',
    hash: `#/messages/${declined}`,
    act: async (page) => {
      await way(page)
        .getByRole('button', { name: /authorize failed/ })
        .click()
      await page.getByRole('list', { name: 'Stack' }).first().waitFor()
    },
  },
  {
    name: 'send-again',
    hash: `#/messages/${declined}`,
    act: async (page) => {
      await page.getByRole('button', { name: 'Send again' }).click()
      await page.getByRole('dialog').getByLabel('Body').waitFor()
    },
  },
  {
    name: 'send',
    hash: '#/send?path=ORDER&lambda=intake',
    act: async (page) => {
      await page.getByLabel('id', { exact: true }).fill('o-2048')
      await page.getByLabel('name', { exact: true }).fill('Ada')
      await page.getByLabel('city', { exact: true }).selectOption('Lima')
      await page.getByLabel('items', { exact: true }).fill('three')
      await page.locator('main').getByRole('button', { name: 'Send' }).click()
      await page.getByText('Write a whole number.').waitFor()
      await page.locator('main').evaluate((main) => main.scrollTo(0, 0))
    },
  },
  {
    name: 'dead-letters',
    hash: '#/dead-letters',
    act: (page) => page.locator('.letter-link').first().waitFor(),
  },
  {
    name: 'dead-letter',
    hash: `#/dead-letters/${deadLetter}`,
    act: async (page) => {
      await page.getByRole('button', { name: 'Dry run' }).click()
      await page.getByRole('region', { name: 'Result of the dry run' }).waitFor()
    },
  },
  {
    name: 'findings',
    hash: '#/findings',
    act: (page) => page.getByText('visibility-timeout').waitFor(),
  },
]
