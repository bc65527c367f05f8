import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { launch, openPage } from './browser.ts'
import { largeAnswers, playTraffic } from './fixture/large-traffic.ts'
import { startFixture } from './fixture/server.ts'
import { framesPerSecond } from './frames.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser?.close())

test('a graph of 100 paths with 1,000 messages a second draws at least 30 frames a second', async () => {
  const fixture = await startFixture(largeAnswers())
  const stop = playTraffic(fixture)
  try {
    const { page, problems } = await openPage(browser, fixture.url)
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.waitForFunction(() => document.querySelectorAll('.path-row').length === 100)
    const measured = await framesPerSecond(page, 5_000)
    process.stdout.write(`100 paths, 1,000 messages a second: ${measured.toFixed(1)} frames a second\n`)
    expect(measured).toBeGreaterThanOrEqual(30)
    expect(problems).toEqual([])
  } finally {
    stop()
    await fixture.close()
  }
})
