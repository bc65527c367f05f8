import { refuseEnvelope } from '../adapters/envelope-hint.ts'
import type { Param } from '../language/action.ts'
import { InvalidPayloadError, invalidConfiguration } from '../language/errors.ts'
import { type Signature, signatureOf } from '../language/fn.ts'
import { isObject, isThenable, type Kwargs, setOwn, typeName } from '../values.ts'
import { copyOf } from './copy.ts'

/** What an action's functions receive, and what it forwards to its paths and queues. */
export interface Params {
  /** The input of each function. */
  readonly functionInputs: readonly unknown[]
  readonly forwarded: Kwargs
}

/**
 * Makes the params of an action from kwargs, before its first function runs.
 *
 * @param path for error texts
 * @returns a promise if a signature is asynchronous
 * @throws InvalidPayloadError for the first function whose signature does not accept them
 */
export type ReadParams = (kwargs: Kwargs, path: string | undefined) => Params | Promise<Params>

/** What an action declares about its params. */
export interface ActionParams {
  readonly requiredParams?: readonly Param[] | undefined
  readonly includeAllParams?: boolean | undefined
  /** The names of its functions in errors. Default: their own. */
  readonly names?: readonly string[]
  /** Whether it has paths or queues. */
  readonly forwards: boolean
}

/**
 * Returns how the params of an action are made.
 *
 * @param place the action's, for error texts
 * @throws InvalidConfigurationError for `requiredParams` that are not names or renames, and for an action that would
 * forward nothing
 */
export const readParamsOf = (functions: readonly object[], params: ActionParams, place: string): ReadParams => {
  const { requiredParams = [], includeAllParams, forwards, names = [] } = params
  const renames = requiredParams.map((param) => renameOf(param, place)) // an empty list counts as none
  if (forwards && functions.length === 0 && renames.length === 0 && !includeAllParams) {
    invalidConfiguration(`${place}: would forward nothing; set \`requiredParams\` or \`includeAllParams: true\``)
  }
  for (const [from, to] of renames) {
    const other = renames.find((rename) => rename[1] === to && rename[0] !== from)
    if (other !== undefined) {
      invalidConfiguration(`${place}: \`requiredParams\` maps '${other[0]}' and '${from}' to the same name '${to}'`)
    }
  }
  const signatures = functions.map(signatureOf)
  const isSigned = signatures.some((signature) => signature !== undefined)

  /** Returns what is forwarded whatever the signatures declare. */
  const baseOf = (kwargs: Kwargs, where: string): Kwargs | undefined => {
    if (renames.length === 0) return includeAllParams ? kwargs : undefined
    const picked: Record<string, unknown> = {}
    for (const [from, to] of renames) {
      if (!Object.hasOwn(kwargs, from)) {
        refuseEnvelope(from + where, kwargs)
        throw new InvalidPayloadError(`${from}: required, received missing${where}`)
      }
      setOwn(picked, to, kwargs[from])
    }
    return includeAllParams ? { ...picked, ...kwargs } : picked
  }

  if (!isSigned && renames.length === 0) {
    return (kwargs) => ({ functionInputs: functions.map(() => copyOf(kwargs)), forwarded: kwargs })
  }

  return (kwargs, path) => {
    const where = whereOf(path)
    const base = baseOf(kwargs, where)
    const input = base ?? kwargs
    // What a function does to its kwargs must not be seen by another one, be sent, or change the record.
    const inputFor = (): Kwargs => copyOf(input)
    if (!isSigned) return { functionInputs: functions.map(inputFor), forwarded: input }
    const paramsFrom = (parsed: readonly unknown[]): Params => ({
      functionInputs: base === undefined ? parsed : parsed.map((value) => withBase(inputFor(), value)),
      forwarded: base ?? declaredIn(parsed, kwargs),
    })
    const parsed = parseAll({ signatures, names, inputFor, where }, [])
    return isThenable(parsed) ? parsed.then(paramsFrom) : paramsFrom(parsed)
  }
}

const whereOf = (path: string | undefined): string => (path === undefined ? '' : ` (path ${path})`)

/** Reads the kwargs for each function, one after another, so that the first that refuses them is reported. */
const parseAll = (reading: Reading, parsed: unknown[]): unknown[] | Promise<unknown[]> => {
  const { signatures, names, inputFor, where } = reading
  for (const signature of signatures.slice(parsed.length)) {
    const name = names[parsed.length]
    const value = signature === undefined ? inputFor() : signature.parse(inputFor(), where, name)
    if (isThenable(value)) {
      return Promise.resolve(value).then((settled) => parseAll(reading, [...parsed, settled]))
    }
    parsed.push(value)
  }
  return parsed
}

/** What the kwargs are read with. */
interface Reading {
  readonly signatures: readonly (Signature | undefined)[]
  readonly names: readonly string[]
  readonly inputFor: () => Kwargs
  readonly where: string
}

/** Adds the params that are forwarded anyway to what a schema returned. An instance of a class keeps its prototype. */
const withBase = (base: Kwargs, value: unknown): unknown => {
  if (!isObject(value)) return value
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return { ...base, ...value }
  for (const key of Object.keys(base)) if (!(key in value)) setOwn(value, key, base[key])
  return value
}

/** Returns the message's own values of what the signatures declare: no defaults, nothing transformed. */
const declaredIn = (parsed: readonly unknown[], kwargs: Kwargs): Kwargs => {
  const declared: Record<string, unknown> = {}
  for (const value of parsed) {
    if (!isObject(value)) continue
    for (const key of Object.keys(value)) if (Object.hasOwn(kwargs, key)) setOwn(declared, key, kwargs[key])
  }
  return declared
}

const renameOf = (param: unknown, place: string): readonly [from: string, to: string] => {
  if (typeof param === 'string') return [param, param]
  if (Array.isArray(param) && param.length === 2) {
    const [from, to]: unknown[] = param
    if (typeof from === 'string' && typeof to === 'string') return [from, to]
  }
  const received = Array.isArray(param) ? `an array of ${param.length}: ${JSON.stringify(param)}` : typeName(param)
  return invalidConfiguration(
    `${place}: \`requiredParams\` takes names and renames such as ['from', 'to'], received ${received}`,
  )
}
