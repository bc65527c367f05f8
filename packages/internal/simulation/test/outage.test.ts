import { describe, expect, test } from '@jest/globals'
import { runScenario, type Scenario } from '@lpipe/simulation'

/** A downstream that is down for ten minutes, while 40 messages wait for it on a standard queue. */
const outage = { from: 0, millis: 600_000 }

const message = { group: 0, shard: 0, path: 0, pad: 0, body: 'plain', headers: 'none', isPoison: false } as const

const scenarioOf = (breaker: Scenario['breaker'], downstream: 'queue' | 'function'): Scenario => ({
  seed: 1,
  source: 'standard',
  messages: Array.from({ length: 40 }, () => message),
  perRecord: 1,
  batchSize: 10,
  pollers: 2,
  maxReceiveCount: 1000,
  paths: [
    {
      actions: [
        {
          functions: [
            {
              returns: [],
              millis: 3,
              blocks: 0,
              fate: downstream === 'function' ? 'outage' : 'ok',
              every: 2,
              varies: 'no',
            },
          ],
          next: [],
          queues: [0],
        },
      ],
    },
  ],
  targets: [
    {
      relation: 'own',
      kind: 'standard',
      strictOrder: false,
      hasPath: false,
      byName: false,
      computed: false,
      ownLimit: null,
      down: downstream === 'queue' ? 'outage' : 'no',
    },
  ],
  options: {
    concurrency: 1,
    continuesAfterFailure: false,
    reserveMillis: null,
    retryUnhandled: true,
    deadLetter: 'none',
    partialFailures: 'report',
    retryDelay: 'none',
    maxEntries: 10,
    maxBytes: 1024 * 1024,
    delivery: {
      maxCalls: 4,
      retryMillis: 100,
      maxAttempts: 5,
      maxRetryMillis: 30_000,
      lingerMillis: 100,
      maxPendingBytes: 16 * 1024 * 1024,
    },
    logger: 'silent',
    capture: 'none',
    sender: 'plain',
  },
  timeout: 3000,
  faults: { send: 0, kinds: ['refused'], again: 0, source: 0, latency: 5, coldMillis: 0 },
  deployAt: null,
  anonymous: false,
  handler: 'graph',
  around: [],
  wrapper: 'none',
  entries: 'all',
  foreignEvent: 'none',
  outage,
  breaker,
})

describe.each(['queue', 'function'] as const)('a %s that is down for ten minutes', (downstream) => {
  test('gets a tenth of the calls with a circuit breaker, and loses nothing', async () => {
    const [without, withBreaker] = [
      await runScenario(scenarioOf(null, downstream)),
      await runScenario(scenarioOf({ failures: 5, pauseSeconds: 30 }, downstream)),
    ]
    expect(without.callsWhileDown).toBeGreaterThan(500)
    expect(withBreaker.callsWhileDown).toBeLessThanOrEqual(without.callsWhileDown * 0.1)
    // All messages end well when the outage is over.
    for (const stats of [without, withBreaker]) expect(stats.succeeded).toBe(40)
    expect(withBreaker.circuitsOpen).toBeGreaterThan(100)
  })
})
