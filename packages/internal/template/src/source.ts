import { type EventSource, InvalidPayloadError } from '@lpipe/core'
import { getOwn, isObject, nonEmptyString, parseJson } from '@lpipe/core/middleware'

/** A line of a file, as `lineSender()` writes it. */
export interface Line {
  readonly file: string
  readonly number: number
  /** JSON text: `{ "body": ..., "headers": { ... } }`. */
  readonly text: string
  /** The ARN of the SQS queue whose messages are the lines, if there is one. */
  readonly queueArn?: string
}

/** An event with lines of files. */
export interface LinesEvent {
  readonly lines: readonly Line[]
}

const fileOf = (record: unknown): string | undefined => nonEmptyString(getOwn(record, 'file'))

const idOf = (record: unknown): string | undefined => {
  const number = getOwn(record, 'number')
  return fileOf(record) !== undefined && typeof number === 'number' ? `${fileOf(record)}:${number}` : undefined
}

/**
 * Lines of files, in order. A failed line is reported by its file and number, and the rest of its file comes back with it.
 *
 * Each method reads any record without throwing, except `bodyOf`: what a record holds comes from outside.
 *
 * @example
 * middy().use(lpipe({ source: lines(), paths: { ORDER: [ship] } }))
 */
export const lines = (): EventSource => ({
  name: 'lines',
  reports: 'first-of-each-group',
  recordsOf: (event) => {
    const records = getOwn(event, 'lines')
    return Array.isArray(records) ? records : undefined
  },
  idOf,
  bodyOf: (record) => getOwn(parseJson(getOwn(record, 'text')), 'body'),
  groupOf: fileOf,
  arnOf: (record) => nonEmptyString(getOwn(record, 'queueArn')),
  deduplicationKeyOf: idOf,
  headersOf: (record) => {
    const headers: Record<string, string> = Object.create(null)
    const written = getOwn(readLine(record), 'headers')
    if (!isObject(written)) return headers
    for (const [name, value] of Object.entries(written)) if (typeof value === 'string') headers[name] = value
    return headers
  },
  // The rest is for dead letters, in the tools that try them and send them back.
  eventOf: (record) => ({ lines: [record] }),
  withText: (record, text) => {
    const content = { ...(readLine(record) as object | undefined), body: parseJson(text) }
    return { ...(record as Line), text: JSON.stringify(content) }
  },
  sentOf: (record) => {
    const body = getOwn(record, 'text')
    if (typeof body !== 'string') throw new InvalidPayloadError('its `text` must be a string')
    return { type: 'sqs', body, groupId: fileOf(record) }
  },
})

/** Returns the content of a line, if it is JSON. */
const readLine = (record: unknown): unknown => {
  try {
    return parseJson(getOwn(record, 'text'))
  } catch {
    return undefined
  }
}
