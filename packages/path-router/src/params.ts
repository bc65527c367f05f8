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
  const results = step.functions.map(({ schema }) => schema && ask(schema, base ?? kwargs))
  return results.some(isThenable)
    ? Promise.all(results).then((settled) => collect(step, kwargs, base, settled, where))
    : collect(step, kwargs, base, results as readonly Result[], where)
}

type Result = SchemaResult<unknown> | undefined

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
  { functions }: Step,
  kwargs: Kwargs,
  base: Kwargs | undefined,
  results: readonly Result[],
  where: string | undefined,
): Params => {
  const passed: Record<string, unknown> = {}
  const seen = functions.map((fn, index) => {
    const result = results[index]
    if (result === undefined) {
      if (base === undefined) passAll(passed, kwargs, kwargs)
      return base ?? kwargs
    }
    const value = accepted(fn, result, base ?? kwargs, where)
    if (base !== undefined) return isObject(value) ? { ...base, ...value } : value
    if (isObject(value)) passAll(passed, value, kwargs)
    return value
  })
  return { seen, passed: base ?? passed }
}

const accepted = (fn: Runnable, result: SchemaResult<unknown>, kwargs: Kwargs, where: string | undefined): unknown => {
  if (isRefused(result)) throw refusal(fn.name, result.issues, kwargs, onPath(where))
  return result.value
}

/** Hands on the message's own values of what a signature let through: no defaults, nothing transformed. */
const passAll = (passed: Record<string, unknown>, through: Kwargs, kwargs: Kwargs): void => {
  for (const key of Object.keys(through)) {
    if (Object.hasOwn(kwargs, key)) put(passed, key, kwargs[key])
  }
}

const onPath = (where: string | undefined): string => (where === undefined ? '' : ` (path ${where})`)
