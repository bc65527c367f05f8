import { system } from '@lpipe/system'

/** The three Lambdas with their queues and the stream: what runs, what is drawn, and what is checked. */
export const earthquakes = system({
  queues: {
    intake: { visibilityTimeout: 180, deadLetter: { queue: 'intake-dead', maxReceiveCount: 3 } },
    'intake-dead': {},
    'intake-dropped': {},
    'alerts.fifo': { visibilityTimeout: 180 },
  },
  streams: { archive: { shards: 2 } },
  functions: {
    intake: {
      load: () => import('./lambdas/intake.ts'),
      timeout: 30,
      // 5 at once, as Lambda begins with. Failed messages return at once, so that the demo does not wait.
      source: { queue: 'intake', maximumConcurrency: 5, retryAfterSeconds: 0 },
    },
    alerts: { load: () => import('./lambdas/alerts.ts'), timeout: 30, source: { queue: 'alerts.fifo' } },
    archive: { load: () => import('./lambdas/archive.ts'), timeout: 30, source: { stream: 'archive' } },
  },
})

export default earthquakes

/** The file that the payloads of functions are read from: the types are in the sources alone. */
export const sources: URL = new URL('../src/system.ts', import.meta.url)
