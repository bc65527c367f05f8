import { errorMessage, isObject, tryOr } from '@lpipe/core/middleware'
import type { AuditLine, CapturedError, InvocationSummary, ReloadEvent } from './api/types.ts'
import { plainText } from './lambdas/plain-text.ts'
import type { EndedMessages } from './trace/recorder.ts'

/** Prints what happens, a line for each. Nothing of it can do something to a terminal. */
export interface Printer {
  readonly invocation: (invocation: InvocationSummary, ended: EndedMessages) => void
  /** A line that a function printed. */
  readonly line: (lambda: string, text: string) => void
  readonly reload: (event: ReloadEvent, restartRequired: string | undefined) => void
  readonly audit: (line: AuditLine) => void
  readonly note: (text: string) => void
  readonly problem: (error: unknown) => void
}

export const createPrinter = (print: (line: string) => void, printsLogs: boolean): Printer => {
  const write = (text: string): void => {
    for (const line of text.split('\n')) print(plainText(line))
  }
  return {
    invocation: (invocation, { dropped, errors }) => {
      write(`${clock()}  ${invocationText(invocation, dropped)}`)
      for (const text of new Set(errors.map(errorText))) write(text)
    },
    line: (lambda, text) => {
      if (printsLogs) write(`${lambda} | ${shortText(text)}`)
    },
    reload: ({ lambdas, files, problem }, restartRequired) => {
      const because = files.length === 0 ? '' : ` (${files.length === 1 ? files[0] : `${files.length} files`} changed)`
      if (lambdas.length > 0) write(`${clock()}  reloaded ${lambdas.join(', ')}${because}`)
      else if (problem === undefined) write(`${clock()}  nothing to reload${because}`)
      if (problem !== undefined) write(`${clock()}  ${problem}`)
      if (restartRequired !== undefined) write(`${clock()}  ${restartRequired}`)
    },
    audit: ({ action, id, queue, to, edited, note }) => {
      const where = to === undefined ? '' : ` to ${to}`
      const what = `${action} dead letter ${id} of ${queue}${where}${edited ? ', edited' : ''}`
      write(`${clock()}  ${what}${note === undefined ? '' : `: ${note.replaceAll('\n', ' ')}`}`)
    },
    note: (text) => write(`${clock()}  ${text}`),
    problem: (error) => write(`${clock()}  lpipe dev: ${errorMessage(error)}`),
  }
}

/** Returns the level and the message of a line that is JSON: the page shows all of it. */
const shortText = (text: string): string => {
  if (!text.startsWith('{')) return text
  const line: unknown = tryOr(() => JSON.parse(text), undefined)
  if (!isObject(line) || typeof line['message'] !== 'string') return text
  return `${String(line['level'] ?? 'INFO')} ${line['message']}`
}

const clock = (): string => new Date().toTimeString().slice(0, 8)

const invocationText = (invocation: InvocationSummary, dropped: number): string => {
  const { lambda, requestId, records, outcome, failedRecords = 0, millis = 0, coldStart } = invocation
  const messages = `${records} ${records === 1 ? 'message' : 'messages'}`
  const drops = dropped === 0 ? [] : [`${dropped} dropped`]
  const ends: Readonly<Record<string, string>> = {
    succeeded: drops[0] ?? 'succeeded',
    partial: [`${failedRecords} failed`, ...drops].join(', '),
    failed: 'failed',
    timedOut: 'timed out',
    crashed: 'crashed',
  }
  const how = [ends[outcome] ?? outcome, `${Math.round(millis)} ms`, ...(coldStart ? ['cold start'] : [])]
  return `${lambda}  ${requestId.slice(0, 8)}  ${messages}: ${how.join(', ')}`
}

const errorText = ({ name, message, frames }: CapturedError): string => {
  const frame = frames.find(({ own }) => own)
  const place = frame === undefined ? '' : ` (${frame.file}:${frame.line}:${frame.column})`
  return `  ${name}: ${message.slice(0, 500)}${place}`
}
