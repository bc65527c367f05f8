import type { AnyFunction, Call, Kwargs } from '@lpipe/core'
import { isObject, isPending, setOwn } from '@lpipe/core/middleware'
import {
  FailButContinue,
  FailCatastrophically,
  fn,
  InvalidConfigurationError,
  InvalidPathError,
  InvalidPayloadError,
  LpipeError,
  payload,
} from 'lpipe-preset'
import type { Behaviour, FunctionSpec, PayloadSpec, Port, QueueSpec } from './format.ts'
import { schemaOf } from './schema.ts'

export type MakeQueue = (spec: QueueSpec) => ReturnType<typeof import('lpipe-preset').queue>

/** Gives a function of a case its signature. */
export type Sign = (name: string, spec: FunctionSpec, run: (kwargs: Kwargs, call: Call) => unknown) => AnyFunction

const standard: Sign = (_, { params }, run) => fn(schemaOf(params), run)

/** Makes the functions of a case, which note their calls. */
export const makeFunctions = (
  specs: Readonly<Record<string, FunctionSpec>>,
  makeQueue: MakeQueue,
  calls: Port['calls'][number][],
  sign: Sign = standard,
): ((name: string) => AnyFunction) => {
  const made = new Map<string, AnyFunction>()

  const make = (name: string): AnyFunction => {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined
    if (spec === undefined) throw new Error(`functions.json has no function '${name}'`)
    return sign(name, spec, (kwargs, { payload: { path }, state }) => {
      const record = state.batch.received.findIndex(isPending) // one after another: it is the first that isPending
      calls.push({ fn: name, path: path ?? null, record, kwargs: structuredClone(kwargs) })
      return behave(spec.behaviour, kwargs, makeQueue)
    })
  }
  return (name) => {
    const present = made.get(name) ?? make(name)
    made.set(name, present)
    return present
  }
}

const behave = (behaviour: Behaviour, kwargs: Kwargs, makeQueue: MakeQueue, literal = false): unknown => {
  const fill = (template: unknown): unknown => (literal ? template : filled(template, kwargs))
  const make = (spec: PayloadSpec): unknown => {
    const { path, queue, kwargs: given } = fill(spec) as PayloadSpec
    // Wrong on purpose in some cases: what payload() throws is a part of them.
    return payload({
      ...(path === undefined ? {} : { path }),
      ...(queue === undefined ? {} : { queue: makeQueue(queue) }),
      ...(given === undefined ? {} : { kwargs: given }),
    } as never)
  }
  switch (behaviour.kind) {
    case 'return':
      return structuredClone(behaviour.value)
    case 'echo':
      return structuredClone(kwargs)
    case 'param':
      return structuredClone(own(kwargs, behaviour.param))
    case 'raise':
      throw errorOf(behaviour.class, behaviour.message)
    case 'switch': {
      const chosen = own(behaviour.cases, own(kwargs, behaviour.param)) ?? behaviour.default
      return behave(chosen as Behaviour, kwargs, makeQueue, literal)
    }
    case 'script':
      return behave(own(kwargs, behaviour.param) as Behaviour, kwargs, makeQueue, true)
    case 'payload':
      return make(behaviour.payload)
    case 'payloads':
      return behaviour.items.map(({ payload: spec, value }) => (spec ? make(spec) : structuredClone(value)))
    case 'wrap':
      return behaviour.as === 'object' ? { result: make(behaviour.payload) } : [[make(behaviour.payload)]]
  }
}

const own = (object: object, key: unknown): unknown =>
  Object.hasOwn(object, key as string) ? object[key as keyof typeof object] : undefined

/** Puts values into a template: `{"$param": "x"}` is a parameter, `{"$received": true}` all of them. */
const filled = (template: unknown, kwargs: Kwargs): unknown => {
  if (Array.isArray(template)) return template.map((item) => filled(item, kwargs))
  if (!isObject(template)) return template
  if (Object.hasOwn(template, '$param')) return structuredClone(own(kwargs, template['$param']))
  if (Object.hasOwn(template, '$received')) return structuredClone(kwargs)
  const out: Record<string, unknown> = {}
  for (const key of Object.keys(template)) setOwn(out, key, filled(template[key], kwargs))
  return out
}

class CustomContinue extends FailButContinue {}
class CustomFatal extends FailCatastrophically {}

const classes: ReadonlyMap<string, new (message: string) => Error> = new Map<string, new (message: string) => Error>([
  ['FailButContinue', FailButContinue],
  ['FailCatastrophically', FailCatastrophically],
  ['InvalidPayloadError', InvalidPayloadError],
  ['InvalidPathError', InvalidPathError],
  ['InvalidConfigurationError', InvalidConfigurationError],
  ['LPBaseException', LpipeError],
  ['CustomContinue', CustomContinue],
  ['CustomFatal', CustomFatal],
  ['TypeError', TypeError],
])

const errorOf = (name: string, message: string): Error => {
  const Class = classes.get(name)
  if (Class !== undefined) return new Class(message)
  return Object.assign(new Error(message), { name })
}

/** The name that the cases have for an error's class: their common base is called otherwise. */
export const classOf = (error: unknown): string => {
  const name = error instanceof Error ? error.name : typeof error
  return name === 'LpipeError' ? 'LPBaseException' : name
}
