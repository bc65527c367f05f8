import type ts from 'typescript'
import { toInteger, union } from '../combine.ts'
import { type Schema, withKeywords } from '../normalize.ts'
import { keywordsOf, type Tag } from '../tags.ts'
import { kindsOf } from '../type-kinds.ts'
import type { Context, Conversion } from './conversion.ts'

/**
 * Narrows a schema by tags.
 *
 * @param groups the tags of the declaration, then those of each alias: the alias that is next to the type narrows first
 */
export const narrow = (
  { checker, report, who }: Conversion,
  schema: Schema,
  type: ts.Type,
  groups: readonly (readonly Tag[])[],
  { place }: Context,
): Schema =>
  groups.reduceRight((narrowed, tags) => {
    const { keywords, isInteger, isNullable } = keywordsOf(tags, kindsOf(checker, type), report, `${who}: ${place}`)
    const withTags = withKeywords(isInteger ? toInteger(narrowed) : narrowed, keywords)
    return isNullable ? union([{ type: 'null' }, withTags]) : withTags
  }, schema)
