import type { Message } from 'lpipe-preset'
import type { Event } from './feed.ts'
import { alertOf, type Quake } from './quake.ts'
import type { world } from './world.ts'

/** How the messages ended, and what does not fit. */
export interface Account {
  readonly succeeded: number
  readonly dropped: number
  readonly deadLettered: number
  /** One line for each thing that is missing or should not be there; empty if all is accounted for. */
  readonly faults: readonly string[]
}

interface Evidence {
  /** The ids of all messages, from SQS. */
  readonly sent: readonly string[]
  /** How each ended in intake. */
  readonly outcomes: ReadonlyMap<string, Message['outcome']>
  readonly deadLetters: readonly { readonly messageId: string }[]
  /** The ids of the dropped messages that the dead-letter queue of lpipe keeps. */
  readonly kept: readonly string[]
  readonly events: readonly Event[]
  readonly calibrated: readonly string[]
  readonly world: typeof world
  /** The work that was not finished in time. */
  readonly unfinished: readonly string[]
}

/**
 * Compares the messages sent with the results: each message must have ended in exactly one way, and the alerts and the archive
 * must hold the entries that follow from the file, and no others.
 */
export const accountFor = (evidence: Evidence): Account => {
  const { sent, outcomes, deadLetters, kept, events, calibrated, world, unfinished } = evidence
  const dead = new Set(deadLetters.map(({ messageId }) => messageId))
  const notKept = [...outcomes].filter(([id, outcome]) => outcome === 'dropped' && !kept.includes(id))
  const ended = sent.map((id) => (dead.has(id) ? 'dead' : outcomes.get(id)))
  const count = (how: string) => ended.filter((one) => one === how).length
  const account = { succeeded: count('succeeded'), dropped: count('dropped'), deadLettered: count('dead') }
  const unknown = sent.length - account.succeeded - account.dropped - account.deadLettered

  return {
    ...account,
    faults: [
      ...unfinished,
      ...notKept.map(([id]) => `dropped, and not kept: message ${id}`),
      ...(unknown === 0 ? [] : [`messages that neither succeeded, nor were dropped, nor are dead letters: ${unknown}`]),
      ...differences(
        'archive',
        events.map(({ id, mag, net }) => `${id} ${mag} ${net}`),
        [...world.archive].map(([id, { mag, net }]) => `${id} ${mag} ${net}`),
      ),
      ...differences('alerts', [...events.flatMap(alertsOf), ...calibrated], [...world.alerts.keys()]),
    ],
  }
}

/** Computed from the file alone. */
const alertsOf = (event: Event): string[] => {
  const quake = event as Event & Quake
  const kind = alertOf(quake)
  return [
    ...(quake.tsunami === 1 ? [`TSUNAMI ${quake.id}`] : []),
    ...(kind === undefined ? [] : [`${kind} ${quake.id}`]),
  ]
}

const differences = (where: string, expected: readonly string[], found: readonly string[]): string[] => {
  const [wanted, present] = [new Set(expected), new Set(found)]
  return [
    ...expected.filter((one) => !present.has(one)).map((one) => `not in ${where}: ${one}`),
    ...found.filter((one) => !wanted.has(one)).map((one) => `should not be in ${where}: ${one}`),
  ]
}
