import { isObject } from '@lpipe/core/middleware'

/**
 * Returns a function that rewrites the references of a schema so that ajv resolves them: a `$dynamicRef` that can only have one target
 * becomes a `$ref`, and a `$ref` beside an `$id`, which ajv would follow without end, moves to `allOf`.
 *
 * @param root the whole schema
 */
export const referenceRewriter = (
  root: Readonly<Record<string, unknown>>,
): ((schema: Record<string, unknown>) => void) => {
  // Draft 6 and 7 ignore what is beside a `$ref`.
  if (/draft-0[67]/.test(String(root['$schema']))) return () => undefined
  const repeated = repeatedAnchors(root)
  return (schema) => {
    const { $id: id, $ref: ref, $dynamicRef: dynamicRef, allOf = [] } = schema
    const isStatic = typeof dynamicRef === 'string' && !repeated.has(dynamicRef.split('#')[1])
    const references = [ref, isStatic ? dynamicRef : undefined].filter((one) => typeof one === 'string')
    if (isStatic) delete schema['$dynamicRef']
    if (references.length === 1 && id === undefined) {
      schema['$ref'] = references[0]
    } else if (references.length > 0 && Array.isArray(allOf)) {
      delete schema['$ref']
      schema['allOf'] = [...allOf, ...references.map(($ref) => ({ $ref }))]
    }
  }
}

/**
 * Moves the anchors of a schema's root, which ajv does not find, to definitions that refer to the root. A dynamic anchor that another
 * schema has too stays.
 *
 * @param root a copy of the schema, whose references are rewritten
 */
export const moveRootAnchors = (root: Record<string, unknown>): void => {
  const repeated = repeatedAnchors(root)
  for (const keyword of ['$anchor', '$dynamicAnchor']) {
    const name = root[keyword]
    if (typeof name !== 'string' || repeated.has(name)) continue
    delete root[keyword]
    const definitions = isObject(root['$defs']) ? root['$defs'] : {}
    root['$defs'] = { ...definitions, [`root anchor ${name}`]: { $anchor: name, $ref: '#' } }
  }
}

/** Returns the names of the dynamic anchors that a schema has more than once. */
const repeatedAnchors = (root: unknown): ReadonlySet<unknown> => {
  const found = new Set<unknown>()
  const repeated = new Set<unknown>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const name = isObject(value) ? value['$dynamicAnchor'] : undefined
    if (typeof name === 'string') (found.has(name) ? repeated : found).add(name)
    for (const inner of Object.values(value)) visit(inner)
  }
  visit(root)
  return repeated
}
