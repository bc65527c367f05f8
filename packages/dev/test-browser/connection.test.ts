import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { launch, openPage } from './browser.ts'
import { largeGraph } from './fixture/large.ts'
import { largeAnswers } from './fixture/large-traffic.ts'
import { startFixture } from './fixture/server.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser?.close())

test('if the events end, the page says so, connects again and fetches all anew', async () => {
  let title = 'Before'
  const fixture = await startFixture({
    ...largeAnswers(),
    'GET /api/findings': () => ({
      generation: 1,
      complete: true,
      findings: [{ severity: 'error', code: title, place: title, message: title, fix: title }],
    }),
  })
  try {
    const { page } = await openPage(browser, fixture.url)
    await page.goto(`${fixture.url.replace(/#.*/, '')}#/findings`)
    await page.getByText('Before').first().waitFor()
    title = 'After'
    fixture.dropEvents()
    await page.getByText('Not connected').waitFor()
    fixture.acceptEvents()
    await page.getByText('Live').waitFor()
    await page.getByText('After').first().waitFor()
  } finally {
    await fixture.close()
  }
})

test('a tab that is hidden for long gives its connection back: a browser has six for all tabs of a server', async () => {
  const fixture = await startFixture(largeAnswers())
  try {
    const { page } = await openPage(browser, 'about:blank')
    await page.clock.install()
    await page.goto(fixture.url)
    await page.getByText('Live').waitFor()
    const setHidden = (hidden: boolean): Promise<void> =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { value, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      }, hidden)
    await setHidden(true)
    await page.clock.fastForward(30_000)
    expect(fixture.readers()).toBe(1)
    await page.clock.fastForward(40_000)
    await page.getByText('Connecting').waitFor()
    while (fixture.readers() > 0) await setTimeout(10)
    await setHidden(false)
    await page.getByText('Live').waitFor()
    expect(fixture.readers()).toBe(1)
  } finally {
    await fixture.close()
  }
})

test('a failing and a slow edge say so with a word', async () => {
  const graph = largeGraph()
  const [failing, slow] = graph.edges.filter(({ kind }) => kind === 'source').map(({ id }) => id) as [string, string]
  const fixture = await startFixture(largeAnswers())
  try {
    const { page } = await openPage(browser, fixture.url)
    await page.getByText('Live').waitFor()
    await page.waitForFunction(() => document.querySelectorAll('.path-row').length === 100)
    expect(await page.locator('.edge-flag').count()).toBe(0)
    const stats = { count: 1, errors: 0, rate: 1 }
    const totals = {
      messages: 1,
      waiting: 0,
      running: 0,
      succeeded: 1,
      dropped: 0,
      failed: 0,
      dead: 0,
      invocations: 1,
      deadLetters: 0,
    }
    fixture.emit('flow', {
      time: 0,
      millis: 250,
      edges: { [failing]: { count: 1, errors: 1 }, [slow]: { count: 1, errors: 0 } },
    })
    fixture.emit('stats', {
      time: 0,
      nodes: [],
      edges: [
        { id: failing, ...stats, errors: 1 },
        { id: slow, ...stats, meanMillis: 2_000 },
      ],
      totals,
      points: {},
    })
    await page.locator('.edge-flag', { hasText: 'failing' }).waitFor()
    await page.locator('.edge-flag', { hasText: 'slow' }).waitFor()
  } finally {
    await fixture.close()
  }
})
