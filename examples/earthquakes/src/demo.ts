import type { StoredMessage } from '@lpipe/local'
import { describe } from '@lpipe/system'
import type { DeadLetter } from 'lpipe-preset'
import { accountFor } from './account.ts'
import { badMessages, busyStations, calibrations, messageOf, readEvents } from './feed.ts'
import { losing } from './lose.ts'
import { showProgress } from './progress.ts'
import {
  printArchive,
  printDeadLetters,
  printDropped,
  printLambdas,
  printPicture,
  printSummary,
  printTitle,
} from './report.ts'
import { type Running, startHere, startWithPage } from './running.ts'
import { earthquakes, sources } from './system.ts'
import { watched } from './watch.ts'
import { world } from './world.ts'

export interface DemoOptions {
  readonly verbose: boolean
  /** Number of records that are lost before archive sees them. */
  readonly lose: number
  /** Whether to show the messages on a page. */
  readonly page: boolean
}

/** How the demo ended. */
export interface DemoResult {
  /** Whether every message is accounted for. */
  readonly isComplete: boolean
  /** Ends the page, if there is one. */
  readonly stop: () => Promise<void>
}

/** Sends every event of the feed, and a handful of bad messages, through the three Lambdas. */
export const runDemo = async ({ verbose, lose, page }: DemoOptions): Promise<DemoResult> => {
  const events = readEvents()
  const messages = [...events.map(messageOf), ...calibrations, ...badMessages({ ...events[0], id: 'bad' })]
  printTitle(messages.length)
  const description = await describe(earthquakes, { file: sources })
  printPicture(description)

  const showEnded = (deadLetters = 0) => {
    const ended = [...intake.outcomes.values()].filter((outcome) => outcome !== 'failed')
    progress.at(ended.length + deadLetters)
  }
  const intake = watched(showEnded)
  const alerts = watched()
  const archive = watched(undefined, (handler) => losing(handler, lose))

  const { functions } = earthquakes
  const system = {
    ...earthquakes,
    functions: {
      intake: intake.watch(functions.intake),
      alerts: alerts.watch(functions.alerts),
      archive: archive.watch(functions.archive),
    },
  }
  const local: Running = page ? await startWithPage(system, description) : await startHere(system)
  const progress = showProgress(messages.length, verbose)
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
    if (!page) await local.stop()
    return { isComplete: account.faults.length === 0, stop: local.stop }
  } catch (error) {
    await local.stop()
    throw error
  }
}

/** Returns the id of the message that a dead letter of lpipe is about. */
const sourceId = ({ body }: StoredMessage): string => (body as DeadLetter).source.id ?? ''
