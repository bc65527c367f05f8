import {
  ask,
  InvalidPayloadError,
  isObject,
  isRefused,
  isThenable,
  type Kwargs,
  put,
  refusal,
  type SchemaResult,
} from '@lpipe/core'
import type { Runnable, Step } from './graph.ts'

/** What an action's functions see, and what it hands on to its paths and queues. */
export interface Params {
  readonly seen: readonly unknown[]
  readonly passed: Kwargs
}

/**
 * Asks all functions' signatures, before the first function runs. With a schema that is asynchronous the answer is a
 * promise.
 *
 * @throws InvalidPayloadError for the first function that refuses
 */
export const paramsOf = (step: Step, kwargs: Kwargs, where: string | undefined): Params | Promise<Params> => {
  const base = baseOf(step, kwargs, where)
  if (!step.signed) return collect(step, kwargs, base, unsigned, where)
  const results = step.functions.map(({ schema }) => schema && ask(schema, base ?? kwargs))
  return results.some(isThenable)
    ? Promise.all(results).then((settled) => collect(step, kwargs, base, settled, where))
    : collect(step, kwargs, base, results as readonly Result[], where)
}

type Result = SchemaResult<unknown> | undefined

/** What functions without signatures answer. */
const unsigned: readonly Result[] = []

/** What `requiredParams` and `includeAllParams` pick, which goes on whatever the signatures say. */
const baseOf = ({ select, includeAll }: Step, kwargs: Kwargs, where: string | undefined): Kwargs | undefined => {
  if (select === undefined) return includeAll ? kwargs : undefined
  const picked: Record<string, unknown> = {}
  for (const [from, to] of select) {
    if (!Object.hasOwn(kwargs, from)) {
      throw new InvalidPayloadError(`${from}: required, got nothing${onPath(where)}`)
    }
    put(picked, to, kwargs[from])
  }
  return includeAll ? { ...picked, ...kwargs } : picked
}

const collect = (
  { functions, next }: Step,
  kwargs: Kwargs,
  base: Kwargs | undefined,
  results: readonly Result[],
  where: string | undefined,
): Params => {
  const given = base ?? kwargs
  const values = functions.map((fn, index) => {
    const result = results[index]
    // A copy for each function: what it does to its kwargs is nobody else's affair.
    return result === undefined ? { ...given } : accepted(fn, result, given, where)
  })
  return {
    seen: base === undefined ? values : values.map((value) => (isObject(value) ? { ...base, ...value } : value)),
    passed: base ?? (next.length === 0 ? nothing : passedOf(values, kwargs)),
  }
}

const nothing: Kwargs = Object.freeze({})

/** The message's own values of what the signatures let through: no defaults, nothing transformed. */
const passedOf = (values: readonly unknown[], kwargs: Kwargs): Kwargs => {
  const passed: Record<string, unknown> = {}
  for (const value of values) {
    if (!isObject(value)) continue
    for (const key of Object.keys(value)) {
      if (Object.hasOwn(kwargs, key)) put(passed, key, kwargs[key])
    }
  }
  return passed
}

const accepted = (fn: Runnable, result: SchemaResult<unknown>, kwargs: Kwargs, where: string | undefined): unknown => {
  if (isRefused(result)) throw refusal(fn.name, result.issues, kwargs, onPath(where))
  return result.value
}

const onPath = (where: string | undefined): string => (where === undefined ? '' : ` (path ${where})`)
