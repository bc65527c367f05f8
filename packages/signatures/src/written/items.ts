import ts from 'typescript'
import { isOfLanguage } from '../json-types.ts'
import { type Tag, tagsOf } from '../tags.ts'
import { type Reading, resolve, type Written } from './resolve.ts'
import { argumentsOf, symbolOf } from './symbols.ts'

const arrays = new Set(['Array', 'ReadonlyArray'])

/** Returns the written type of an array's items, or of a tuple's entry. */
export const itemOf = (reading: Reading, written: Written | undefined, index: number): Written | undefined => {
  if (written === undefined) return undefined
  const { node, args } = written
  if (ts.isArrayTypeNode(node)) return { node: node.elementType, args }
  if (ts.isTupleTypeNode(node)) return entryOf(reading, { node, args }, index)
  const symbol = symbolOf(reading.checker, node)
  const [first] = argumentsOf(node)
  return symbol !== undefined && first !== undefined && isOfLanguage(reading.program, symbol) && arrays.has(symbol.name)
    ? { node: first, args }
    : undefined
}

const entryOf = (
  reading: Reading,
  { node, args }: Written & { readonly node: ts.TupleTypeNode },
  index: number,
): Written | undefined => {
  const entry = node.elements[Math.min(index, node.elements.length - 1)]
  const type = entry !== undefined && ts.isNamedTupleMember(entry) ? entry.type : entry
  if (type === undefined) return undefined
  const isRest =
    ts.isRestTypeNode(type) ||
    (entry !== undefined && ts.isNamedTupleMember(entry) && entry.dotDotDotToken !== undefined)
  if (!isRest) return { node: type, args }
  const list = resolve(reading, { node: ts.isRestTypeNode(type) ? type.type : type, args })
  return itemOf(reading, list.written, 0)
}

/** Returns the tags of a tuple's entry. */
export const entryTags = (written: Written | undefined, index: number): readonly Tag[] => {
  const entry = written !== undefined && ts.isTupleTypeNode(written.node) ? written.node.elements[index] : undefined
  return entry !== undefined && ts.isNamedTupleMember(entry) ? tagsOf(entry) : []
}
