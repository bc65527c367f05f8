import { isObject } from '../values.ts'
import { dataKeywords, mapKeywords } from './ajv-keywords.ts'

type JsonObject = Readonly<Record<string, unknown>>

/** The base of a schema without an absolute `$id`. */
const unnamed = 'https://lpipe.invalid/'

/**
 * Returns a function that returns the schemas that `$ref`, `$dynamicRef` and `$recursiveRef` of a schema refer to, undefined for
 * one that is not part of the root schema. A dynamic reference refers to all anchors of its name.
 *
 * @see https://json-schema.org/draft/2020-12/json-schema-core#section-8.2
 */
export const referenceResolver = (root: JsonObject): ((schema: JsonObject) => readonly unknown[]) => {
  const bases = new Map<unknown, string>()
  const targets = new Map<string, unknown>()
  const dynamic = new Map<string, unknown[]>()

  const index = (value: unknown, base: string): void => {
    if (Array.isArray(value)) {
      for (const item of value) index(item, base)
      return
    }
    if (!isObject(value) || bases.has(value)) return
    const id = typeof value['$id'] === 'string' ? uriOf(value['$id'], base) : undefined
    // Draft 7 writes an anchor as an `$id` that is a fragment.
    if (id !== undefined && /#./.test(id)) targets.set(id, value)
    const own = id === undefined ? base : withoutFragment(id)
    bases.set(value, own)
    if (own !== base || value === root) targets.set(own, value)
    for (const key of ['$anchor', '$dynamicAnchor']) {
      if (typeof value[key] === 'string') targets.set(`${own}#${value[key]}`, value)
    }
    const name = value['$dynamicAnchor']
    if (typeof name === 'string') dynamic.set(name, [...(dynamic.get(name) ?? []), value])
    for (const [key, inner] of Object.entries(value)) {
      if (mapKeywords.has(key) && isObject(inner)) index(Object.values(inner), own)
      else if (!dataKeywords.has(key)) index(inner, own)
    }
  }
  index(root, unnamed)

  const referred = (ref: string, base: string): unknown => {
    const uri = uriOf(ref, base)
    if (uri === undefined) return undefined
    const [resource = '', fragment = ''] = uri.split('#')
    if (!fragment.startsWith('/')) return targets.get(fragment === '' ? resource : uri)
    let at = targets.get(resource)
    for (const part of decoded(fragment).split('/').slice(1)) {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
      at = (isObject(at) || Array.isArray(at)) && Object.hasOwn(at, key) ? at[key as never] : undefined
    }
    return at
  }

  return (schema) => {
    const base = bases.get(schema) ?? unnamed
    const found: unknown[] = []
    if (typeof schema['$ref'] === 'string') found.push(referred(schema['$ref'], base))
    if (typeof schema['$recursiveRef'] === 'string') found.push(root)
    if (typeof schema['$dynamicRef'] === 'string') {
      const anchors = dynamic.get(schema['$dynamicRef'].split('#')[1] ?? '') ?? []
      found.push(...(anchors.length > 0 ? anchors : [referred(schema['$dynamicRef'], base)]))
    }
    return found
  }
}

const uriOf = (reference: string, base: string): string | undefined => URL.parse(reference, base)?.href

const withoutFragment = (uri: string): string => uri.split('#')[0] as string

const decoded = (fragment: string): string => {
  try {
    return decodeURIComponent(fragment)
  } catch {
    return fragment
  }
}
