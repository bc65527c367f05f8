import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { launch, openPage } from './browser.ts'
import { largeAnswers, playTraffic } from './fixture/large-traffic.ts'
import { startFixture } from './fixture/server.ts'
import { drawFrames } from './frames.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser?.close())

/** How many frames a second two processors must be able to draw, if nothing else runs. */
const required = 30

test(`a graph of 100 paths with 1,000 messages a second leaves time for ${required} frames a second`, async () => {
  const fixture = await startFixture(largeAnswers())
  const stop = playTraffic(fixture)
  try {
    const { page, problems } = await openPage(browser, fixture.url)
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.waitForFunction(() => document.querySelectorAll('.path-row').length === 100)
    const { perSecond, threadMillis, browserMillis } = await drawFrames(browser, page, 5_000)
    process.stdout.write(
      `100 paths, 1,000 messages a second: ${perSecond.toFixed(1)} frames a second; ` +
        `a frame takes ${threadMillis.toFixed(1)} ms in the page's thread, ${browserMillis.toFixed(1)} ms in all\n`,
    )
    // Processor time, because other programs slow the frames down, but do not make them more expensive.
    expect(threadMillis).toBeLessThanOrEqual(1_000 / required)
    expect(browserMillis).toBeLessThanOrEqual(2_000 / required)
    expect(problems).toEqual([])
  } finally {
    stop()
    await fixture.close()
  }
})
