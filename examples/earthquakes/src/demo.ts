import { localPipeline, type StoredMessage } from '@lpipe/local'
import type { DeadLetter } from 'lpipe-preset'
import { accountFor } from './account.ts'
import { badMessages, busyStations, calibrations, messageOf, readEvents } from './feed.ts'
import { handler as alertsHandler } from './lambdas/alerts.ts'
import { handler as archiveHandler } from './lambdas/archive.ts'
import { handler as intakeHandler } from './lambdas/intake.ts'
import { logging } from './logger.ts'
import { losing } from './lose.ts'
import { showProgress } from './progress.ts'
import {
  printArchive,
  printDeadLetters,
  printDropped,
  printGraphs,
  printLambdas,
  printSummary,
  printTitle,
} from './report.ts'
import { watched } from './watch.ts'
import { world } from './world.ts'

export interface DemoOptions {
  readonly verbose: boolean
  /** Number of records that are lost before archive sees them. */
  readonly lose: number
}

/**
 * Sends every event of the feed, and a handful of bad messages, through the three Lambdas.
 *
 * @returns whether every message is accounted for
 */
export const runDemo = async ({ verbose, lose }: DemoOptions): Promise<boolean> => {
  const events = readEvents()
  const messages = [...events.map(messageOf), ...calibrations, ...badMessages({ ...events[0], id: 'bad' })]
  printTitle(messages.length)
  printGraphs()

  const progress = showProgress(messages.length, verbose)
  const showEnded = (deadLetters = 0) => {
    const ended = [...intake.outcomes.values()].filter((outcome) => outcome !== 'failed')
    progress.at(ended.length + deadLetters)
  }
  const intake = watched(intakeHandler, showEnded)
  const alerts = watched(alertsHandler)
  const archive = watched(losing(archiveHandler, lose))

  const local = await localPipeline({
    queues: {
      intake: { visibilityTimeout: 180, deadLetter: { queue: 'intake-dead', maxReceiveCount: 3 } },
      'intake-dead': {},
      'intake-dropped': {},
      'alerts.fifo': { visibilityTimeout: 180 },
    },
    streams: { archive: { shards: 2 } },
    functions: {
      intake: {
        handler: intake.handler,
        timeout: 30,
        // 5 at once, as Lambda begins with. Failed messages return at once, so that the demo does not wait.
        source: { queue: 'intake', maximumConcurrency: 5, retryAfterSeconds: 0 },
      },
      alerts: { handler: alerts.handler, timeout: 30, source: { queue: 'alerts.fifo' } },
      archive: { handler: archive.handler, timeout: 30, source: { stream: 'archive' } },
    },
    ...logging,
  })
  try {
    const sent = await local.send('intake', messages)
    const unfinished = await local.drained({ timeoutSeconds: 60 }).then(
      () => [],
      (error: Error) => [error.message],
    )
    const [deadLetters, dropped] = await Promise.all([local.contents('intake-dead'), local.contents('intake-dropped')])
    showEnded(deadLetters.length)
    progress.end()

    const calibrated = busyStations.map((station) => `CALIBRATED ${station}`)
    const { outcomes } = intake
    const account = accountFor({
      sent,
      outcomes,
      deadLetters,
      kept: dropped.map(sourceId),
      events,
      calibrated,
      world,
      unfinished,
    })
    printLambdas({ intake, alerts, archive }, local.statistics())
    printDeadLetters(deadLetters)
    printDropped(dropped)
    printArchive(events, [...world.archive.values()])
    printSummary(sent.length, account)
    return account.faults.length === 0
  } finally {
    await local.stop()
  }
}

/** Returns the id of the message that a dead letter of lpipe is about. */
const sourceId = ({ body }: StoredMessage): string => (body as DeadLetter).source.id ?? ''
