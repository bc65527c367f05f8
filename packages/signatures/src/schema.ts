import type ts from 'typescript'
import type { Context, Conversion } from './convert/conversion.ts'
import { convertType } from './convert/convert.ts'
import { createProblems } from './convert/problems.ts'
import { withDefaults } from './defaults.ts'
import { definitionRegistry } from './definitions.ts'
import { diagnosticAt, SignaturesError, throwAt } from './diagnostics.ts'
import type { Exported } from './exported.ts'
import { type Schema, withDefinitions } from './normalize.ts'
import { tagsOf } from './tags.ts'
import { anything, isObjectLike, partsOf } from './type-kinds.ts'
import { writtenTypes } from './written/index.ts'

/** Returns a function that returns the JSON Schema (draft 7) of a function's kwargs, as the compiler knows their type. */
export const schemas =
  (program: ts.Program) =>
  (exported: Exported): Schema => {
    const { kwargs, names } = exported
    if (kwargs === undefined) return { type: 'object' }
    const [who = ''] = names
    const checker = program.getTypeChecker()
    const type = checker.getNonNullableType(kwargs.type)
    if (!isObjectLike(checker, kwargs.type)) {
      throwAt(
        kwargs.node,
        `${who}: the first parameter must be an object: the kwargs of the message. Write ({ a, b }: { ... })`,
      )
    }
    return withDefaults(convertKwargs(program, who, type, kwargs), kwargs.name)
  }

/** @throws SignaturesError with all problems of the kwargs */
const convertKwargs = (
  program: ts.Program,
  who: string,
  type: ts.Type,
  kwargs: NonNullable<Exported['kwargs']>,
): Schema => {
  const problems = createProblems(who)
  const visited = new Set<ts.Node>()
  const conversion: Conversion = {
    program,
    checker: program.getTypeChecker(),
    who,
    node: kwargs.node,
    written: writtenTypes(program, (alias) => conversion.visit(alias, undefined)),
    definitions: definitionRegistry(),
    instances: new Map(),
    report: problems.report,
    fail: ({ at, place }, what) => {
      problems.report(diagnosticAt(at, `${who}: ${place} ${what}`))
      return {}
    },
    visit: (declaration, written) => {
      if (written !== undefined) conversion.written.note(written)
      if (visited.has(declaration)) return
      visited.add(declaration)
      problems.reportStrayTags(declaration)
    },
    convert: (inner, context, own = []) => convertType(conversion, inner, context, own, problems.reportLostTags),
  }
  const { written, definitions } = conversion
  const root = kwargs.written === undefined ? undefined : { node: kwargs.written, args: new Map() }
  const context: Context = { written: root, place: 'kwargs', at: kwargs.node, hasPattern: false }
  conversion.visit(kwargs.parameter, root)
  const isAnything = partsOf(type).some(({ flags }) => flags & anything)
  const schema = isAnything
    ? { type: 'object', additionalProperties: true }
    : conversion.convert(type, context, [tagsOf(kwargs.parameter)])
  definitions.convertAll()
  for (const reference of written.unused()) problems.reportLostTags(reference)
  if (problems.diagnostics.length > 0) throw new SignaturesError(problems.diagnostics)
  return withDefinitions(schema === false ? { not: {} } : schema, definitions.byName)
}
