import type { Issue, StandardSchema } from '@lpipe/core'
import { isObject, setOwn } from '@lpipe/core/middleware'
import type { Param } from './format.ts'

type Values = Record<string, unknown>

/** A function's signature as a Standard Schema, straight from its parameters. */
export const schemaOf = (params: readonly Param[]): StandardSchema<Values> => ({
  '~standard': {
    version: 1,
    vendor: 'vectors',
    validate: (value) => {
      const given = value as Values
      const out: Values = {}
      const issues: Issue[] = []
      for (const param of params) {
        const { name } = param
        if (Object.hasOwn(given, name)) {
          if (accepts(param, given[name])) setOwn(out, name, given[name])
          else issues.push({ message: 'type', path: [name] })
        } else if ('default' in param) setOwn(out, name, structuredClone(param.default))
        else issues.push({ message: 'missing', path: [name] })
      }
      return issues.length > 0 ? { issues } : { value: out }
    },
  },
})

const accepts = (param: Param, value: unknown): boolean => {
  if (param.type === undefined || (value === null && param.default === null)) return true
  const types = typeof param.type === 'string' ? [param.type] : param.type
  return types.some((type) => checks[type]?.(value) ?? false)
}

const isNumber = (value: unknown): boolean => typeof value === 'number'

const checks: Readonly<Record<string, (value: unknown) => boolean>> = {
  any: () => true,
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  object: isObject,
  array: Array.isArray,
  'array<string>': (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  integer: Number.isInteger,
  number: isNumber,
  float: isNumber,
}
