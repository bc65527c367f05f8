import { hasUniqueItems, isMultipleOf, isSameJson } from '@lpipe/core/ajv'
import { isObject } from '@lpipe/core/middleware'
import { _, type FuncKeywordDefinition } from 'ajv'

/** A keyword in place of the one with the same name. */
type Replacement = FuncKeywordDefinition & { readonly keyword: string }

/** Keywords of ajv and ajv-keywords that judge wrongly, or take more than linear time. */
export const replacements: readonly Replacement[] = [
  {
    // ajv divides binary fractions: 19.99 would be no multiple of 0.01.
    keyword: 'multipleOf',
    type: 'number',
    schemaType: 'number',
    error: { message: 'must be a multiple', params: ({ schemaCode }) => _`{multipleOf: ${schemaCode}}` },
    validate: (divisor: number, value: number) => isMultipleOf(value, divisor),
  },
  {
    // ajv compares each pair.
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must NOT have duplicate items' },
    // mutant: unique-items
    validate: (isOn: boolean, items: unknown[]) => !isOn || hasUniqueItems(items),
  },
  {
    // ajv-keywords compares each pair.
    keyword: 'uniqueItemProperties',
    type: 'array',
    schemaType: 'array',
    error: { message: 'must NOT have duplicate item properties' },
    validate: (names: string[], items: unknown[]) =>
      names.every((name) =>
        hasUniqueItems(items.filter(isObject).map((item) => (Object.hasOwn(item, name) ? item[name] : undefined))),
      ),
  },
  // ajv calls methods of the values: a property called `valueOf` would throw.
  {
    keyword: 'const',
    error: { message: 'must be equal to constant', params: ({ schemaCode }) => _`{allowedValue: ${schemaCode}}` },
    validate: isSameJson,
  },
  {
    keyword: 'enum',
    schemaType: 'array',
    error: {
      message: 'must be equal to one of the allowed values',
      params: ({ schemaCode }) => _`{allowedValues: ${schemaCode}}`,
    },
    compile: (allowed: unknown[]) => {
      const scalars = new Set(allowed.filter((one) => typeof one !== 'object' || one === null))
      const others = allowed.filter((one) => !scalars.has(one))
      return (value: unknown) => scalars.has(value) || others.some((one) => isSameJson(one, value))
    },
  },
]
