import { isObject } from '@lpipe/core/middleware'
import type { Case, Port } from './format.ts'
import type { Observed } from './run.ts'

/** What differs between what must happen and what happened: a line for each, none if nothing does. */
export const differences = (port: Port, observed: Observed, { eventSourceType }: Case): string[] => {
  const expected = wanted(port)
  const lines: string[] = []
  for (const key of Object.keys(expected) as (keyof Observed)[]) {
    const want = canonical(expected[key])
    const got = canonical(observed[key])
    if (want !== got) lines.push(`${key}: expected ${want}, got ${got}`)
  }
  if (eventSourceType !== 'RAW' && port.outcome === 'ok') {
    const reported = isObject(observed.response) ? idsIn(observed.response['batchItemFailures']) : undefined
    const [want, got] = [canonical(port.reported), canonical(reported)]
    if (want !== got) lines.push(`reported: expected ${want}, got ${got}`)
  }
  return lines
}

/** The outcome, without what a sender cannot know. */
const wanted = ({ reported: _, sent, ...rest }: Port): Observed => ({
  ...rest,
  sent: Object.fromEntries(Object.entries(sent).map(([target, list]) => [target, list.map(({ body }) => ({ body }))])),
})

const idsIn = (failures: unknown): unknown =>
  Array.isArray(failures)
    ? failures.map((failure) => (isObject(failure) ? failure['itemIdentifier'] : failure))
    : failures

/** JSON text with sorted members, own ones only: `__proto__` is a member like any other. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value ?? null)
  const members = Object.keys(value).sort()
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`
}
