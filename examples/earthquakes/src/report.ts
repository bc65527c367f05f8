import type { FunctionStatistics, StoredMessage } from '@lpipe/local'
import { type Description, toMermaid } from '@lpipe/system'
import type { DeadLetter } from 'lpipe-preset'
import type { Account } from './account.ts'
import { numberText, sideBySide, tableOf } from './table.ts'
import type { Watched } from './watch.ts'

const print = (...lines: readonly string[]): void => console.log(lines.join('\n'))

export const printTitle = (count: number): void =>
  print(`${numberText(count)} messages through three Lambdas, over an SQS and a Kinesis in this process`)

/** The system, drawn from what the Lambdas run and from the types of their functions. */
export const printPicture = (description: Description): void =>
  print('', 'The system, in Mermaid', '', toMermaid(description).replaceAll(/^/gm, '  '), '')

/**
 * The work of each Lambda. Redeliveries are counted again. Saved calls are compared with one call per message.
 */
export const printLambdas = (
  lambdas: Readonly<Record<string, Watched>>,
  statistics: Readonly<Record<string, FunctionStatistics>>,
): void => {
  const head = ['Lambda', 'received', 'succeeded', 'dropped', 'failed', 'sent', 'calls to AWS', 'calls saved']
  const rows = Object.entries(lambdas).map(([name, { counts }]) => {
    const { received = 0, calls = {} } = statistics[name] ?? {}
    const sends = [calls['SendMessageBatch'], calls['PutRecords']].filter((one) => one !== undefined)
    const sent = sends.reduce((sum, { entries }) => sum + entries, 0)
    const saved = sends.reduce((sum, { entries, calls }) => sum + entries - calls, 0)
    const called = Object.values(calls).reduce((sum, { calls }) => sum + calls, 0)
    return [name, received, counts.succeeded, counts.dropped, counts.failed, sent, called, saved]
  })
  print('', tableOf(head, rows))
}

export const printDeadLetters = (deadLetters: readonly StoredMessage[]): void => {
  const rows = deadLetters.map(({ messageId, body }) => [messageId.slice(0, 8), JSON.stringify(body)])
  print('', `The dead-letter queue holds ${deadLetters.length} messages`, '', tableOf(['message', 'body'], rows))
}

/** The dead letters of lpipe: each holds the reason and the record. */
export const printDropped = (deadLetters: readonly StoredMessage[]): void => {
  const rows = deadLetters.map(({ body }) => {
    const { source, error } = body as DeadLetter
    return [(source.id ?? '').slice(0, 8), `${error.name}: ${error.message}`] as const
  })
  const byReason = rows.toSorted(([, a], [, b]) => a.localeCompare(b))
  print('', `Dropped, and kept with the reason: ${deadLetters.length}`, '', tableOf(['message', 'error'], byReason))
}

interface Measured {
  readonly mag: number
  readonly net: string
}

/** The counts of the archive beside those of the file. */
export const printArchive = (file: readonly Measured[], archive: readonly Measured[]): void => {
  const compared = <K>(
    title: string,
    keyOf: (event: Measured) => K,
    order: (a: K, b: K) => number,
    text: (key: K) => string,
  ) => {
    const [inFile, inArchive] = [Map.groupBy(file, keyOf), Map.groupBy(archive, keyOf)]
    const rows = [...new Set([...inFile.keys(), ...inArchive.keys()])]
      .sort(order)
      .map((key) => [text(key), inFile.get(key)?.length ?? 0, inArchive.get(key)?.length ?? 0])
    return tableOf([title, 'in the file', 'in the archive'], [...rows, ['all', file.length, archive.length]])
  }
  const byMagnitude = compared(
    'magnitude',
    ({ mag }) => Math.floor(mag),
    (a, b) => a - b,
    rangeOf,
  )
  const byNetwork = compared(
    'network',
    ({ net }) => net,
    (a, b) => a.localeCompare(b),
    String,
  )
  print('', sideBySide(byMagnitude, byNetwork))
}

/** Small earthquakes beneath a sensor have magnitudes below 0. */
const rangeOf = (whole: number): string => (whole < 0 ? 'below 0' : `${whole} to ${whole + 1}`)

/** Up to ten faults, and then one line with the result. */
export const printSummary = (sent: number, { succeeded, dropped, deadLettered, faults }: Account): void => {
  const shown = faults.slice(0, 10).map((fault) => `  ${fault}`)
  if (faults.length > 0) print('', ...shown, ...(faults.length > 10 ? [`  and ${faults.length - 10} more`] : []))
  const ended = `${numberText(succeeded)} succeeded, ${dropped} dropped, ${deadLettered} in the dead-letter queue`
  print(
    '',
    faults.length === 0
      ? `Every message is accounted for: of ${numberText(sent)}, ${ended}.`
      : `NOT every message is accounted for (faults: ${numberText(faults.length)}): of ${numberText(sent)}, ${ended}.`,
  )
}
