import { inspect } from 'node:util'
import { errorMessage, errorName, isError, tryOr } from '@lpipe/core/middleware'
import type { Captured, CapturedError } from '../api/types.ts'
import { framesOf } from './stack.ts'

/** Bytes of a captured value. Longer texts are cut. */
export const maxValueBytes = 65_536

/** Captures a value of a message as JSON; what JSON cannot carry, as Node.js shows it. Never throws. */
export const capture = (value: unknown): Captured => {
  const text = tryOr(() => JSON.stringify(value) as string | undefined, undefined)
  return text === undefined
    ? cutText(
        tryOr(() => inspected(value), 'unreadable'),
        false,
      )
    : cutText(text, true)
}

const inspected = (value: unknown): string => inspect(value, { depth: 4, maxArrayLength: 100, maxStringLength: 10_000 })

/** Captures a text, such as a body. */
export const captureText = (text: string, maxBytes = maxValueBytes): Captured =>
  cutText(
    text,
    tryOr(() => JSON.parse(text) !== undefined, false),
    maxBytes,
  )

const cutText = (text: string, json: boolean, maxBytes = maxValueBytes): Captured => {
  const bytes = Buffer.byteLength(text)
  if (bytes <= maxBytes) return { text, json, bytes, cut: false }
  // A character that is cut in two would become U+FFFD.
  const start = Buffer.from(text)
    .subarray(0, maxBytes)
    .toString()
    .replace(/\uFFFD$/, '')
  return { text: start, json, bytes, cut: true }
}

/** Captures an error, with its stack as Node.js has mapped it to the sources. Never throws. */
export const captureError = (error: unknown, folder: string): CapturedError => {
  const stack = tryOr(() => (isError(error) && typeof error.stack === 'string' ? error.stack : undefined), undefined)
  const issues = tryOr(() => (error as { readonly issues?: unknown }).issues, undefined)
  return {
    name: errorName(error).slice(0, 200),
    message: errorMessage(error).slice(0, 10_000),
    ...(stack === undefined ? {} : { stack: stack.slice(0, 20_000) }),
    frames: framesOf(stack ?? '', folder),
    ...(Array.isArray(issues) && issues.length > 0 ? { issues: capture(issues) } : {}),
    causes: causesOf(error),
  }
}

const causesOf = (error: unknown): string[] => {
  const texts: string[] = []
  let cause = causeOf(error)
  while (cause !== undefined && texts.length < 10) {
    texts.push(`${errorName(cause)}: ${errorMessage(cause)}`.slice(0, 2000))
    cause = causeOf(cause)
  }
  return texts
}

const causeOf = (error: unknown): unknown => tryOr(() => (error as { readonly cause?: unknown }).cause, undefined)
