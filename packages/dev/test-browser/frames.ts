import type { Page } from 'playwright-core'

/** Counts the frames that the page draws in some milliseconds, and returns how many that is each second. */
export const framesPerSecond = (page: Page, millis: number): Promise<number> =>
  page.evaluate(
    (duration) =>
      new Promise<number>((resolve) => {
        const start = performance.now()
        let frames = 0
        const count = (now: number): void => {
          frames++
          if (now - start < duration) requestAnimationFrame(count)
          else resolve((frames * 1_000) / (now - start))
        }
        requestAnimationFrame(count)
      }),
    millis,
  )
