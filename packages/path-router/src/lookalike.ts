import { log, payloadsIn, tryOr } from '@lpipe/core/middleware'
import type { RunContext } from './run-context.ts'
import type { RunnableFunction } from './runnable.ts'

/**
 * Logs a plain object that looks like a payload or holds one, and a stream, once for each function. It may be a value, so the
 * message does not fail.
 */
export const warnOfLookalike = (context: RunContext, { name, run: fn }: RunnableFunction, output: object): void => {
  const isPlain = Object.getPrototypeOf(output) === Object.prototype
  const what = isPlain || Symbol.asyncIterator in output ? lookalike(output) : undefined
  if (what === undefined || context.warned.has(fn)) return
  context.warned.add(fn)
  log(context.batch, 'warn', `function ${name} returned an object that ${what}`)
}

const lookalike = (output: object): string | undefined => {
  if (Object.hasOwn(output, 'kwargs') && (Object.hasOwn(output, 'path') || Object.hasOwn(output, 'queue'))) {
    return 'looks like a payload; make it with payload()'
  }
  if (Symbol.iterator in output || Symbol.asyncIterator in output) {
    return 'is iterable, and nothing reads it; return an array of payloads'
  }
  // A getter may throw.
  const holdsPayload = tryOr(() => Object.values(output).some((value) => payloadsIn(value).length > 0), false)
  return holdsPayload ? 'holds a payload, which does not run; return the payload, or an array of payloads' : undefined
}
