import type { Browser, CDPSession, Page } from 'playwright-core'

/** What a page draws, and what that costs. */
export interface DrawnFrames {
  readonly perSecond: number
  /** Milliseconds of a processor that the page's own thread takes for a frame. */
  readonly threadMillis: number
  /** Milliseconds of a processor that all processes of the browser take for a frame. */
  readonly browserMillis: number
}

/** Lets the page draw for some milliseconds. */
export const drawFrames = async (browser: Browser, page: Page, millis: number): Promise<DrawnFrames> => {
  const ofPage = await page.context().newCDPSession(page)
  const ofBrowser = await browser.newBrowserCDPSession()
  await ofPage.send('Performance.enable', { timeDomain: 'threadTicks' })
  const [thread, all] = [await threadSeconds(ofPage), await browserSeconds(ofBrowser)]
  const { frames, seconds } = await countFrames(page, millis)
  return {
    perSecond: frames / seconds,
    threadMillis: ((await threadSeconds(ofPage)) - thread) * (1_000 / frames),
    browserMillis: ((await browserSeconds(ofBrowser)) - all) * (1_000 / frames),
  }
}

const countFrames = (page: Page, millis: number): Promise<{ readonly frames: number; readonly seconds: number }> =>
  page.evaluate(
    (duration) =>
      new Promise((resolve) => {
        const start = performance.now()
        let frames = 0
        const count = (now: number): void => {
          frames++
          if (now - start < duration) requestAnimationFrame(count)
          else resolve({ frames, seconds: (now - start) / 1_000 })
        }
        requestAnimationFrame(count)
      }),
    millis,
  )

const threadSeconds = async (session: CDPSession): Promise<number> => {
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN
}

const browserSeconds = async (session: CDPSession): Promise<number> => {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0)
}
