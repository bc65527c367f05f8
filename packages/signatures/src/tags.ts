import formats from 'ajv-formats'
import ts from 'typescript'
import { type Diagnostic, diagnosticIn } from './diagnostics.ts'
import type { Schema } from './normalize.ts'

/** A JSDoc tag that narrows a type. */
export interface Tag {
  readonly name: string
  readonly text: string
  readonly file: ts.SourceFile
  readonly position: number
}

/** The types of JSON that a tag can narrow. */
export type Kind = 'string' | 'number' | 'array' | 'object'

interface TagRule {
  /** undefined: any type */
  readonly kind: Kind | undefined
  /** Returns the value of the keyword, or an error text. */
  readonly read: (text: string) => { readonly value: unknown } | string
}

const number =
  (isAllowed: (value: number) => boolean, what: string): TagRule['read'] =>
  (text) => {
    const value = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN
    return Number.isFinite(value) && isAllowed(value) ? { value } : `needs ${what}`
  }
const anyNumber = number(() => true, 'a number')
const count = number((value) => Number.isInteger(value) && value >= 0, 'an integer of 0 or more')

const flag: TagRule['read'] = (text) =>
  text === '' || text === 'true' ? { value: true } : text === 'false' ? { value: false } : 'takes no text'

const pattern: TagRule['read'] = (text) => {
  try {
    return text === '' ? 'needs a regular expression' : { value: new RegExp(text, 'u').source }
  } catch (error) {
    return `is not a regular expression: ${(error as Error).message}`
  }
}

const format: TagRule['read'] = (text) => {
  try {
    formats.default.get(text as formats.FormatName)
    return { value: text }
  } catch {
    return `names a format that ajv-formats does not know`
  }
}

const rules: ReadonlyMap<string, TagRule> = new Map<string, TagRule>([
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'].map(
    (name) => [name, { kind: 'number', read: anyNumber }] as const,
  ),
  ['multipleOf', { kind: 'number', read: number((value) => value > 0, 'a number above 0') }],
  [
    'asType',
    { kind: 'number', read: (text) => (text === 'integer' ? { value: text } : 'takes the text `integer` only') },
  ],
  ...['minLength', 'maxLength'].map((name) => [name, { kind: 'string', read: count }] as const),
  ['pattern', { kind: 'string', read: pattern }],
  ['format', { kind: 'string', read: format }],
  ...['minItems', 'maxItems'].map((name) => [name, { kind: 'array', read: count }] as const),
  ['uniqueItems', { kind: 'array', read: flag }],
  ...['minProperties', 'maxProperties'].map((name) => [name, { kind: 'object', read: count }] as const),
  ['nullable', { kind: undefined, read: flag }],
])

/** Tags of other tools, and keywords of JSON Schema that are not supported, with the fix. Other tags are documentation. */
const unsupported: ReadonlyMap<string, string> = new Map([
  ['min', 'Use @minimum'],
  ['max', 'Use @maximum'],
  ['length', 'Use @minLength and @maxLength'],
  ['regex', 'Use @pattern'],
  ['regexp', 'Use @pattern'],
  ['unique', 'Use @uniqueItems'],
  ['int', 'Use `@asType integer`'],
  ['integer', 'Use `@asType integer`'],
  ...[
    'items',
    'contains',
    'minContains',
    'maxContains',
    'propertyNames',
    'additionalProperties',
    'contentEncoding',
    'contentMediaType',
    'anyOf',
    'oneOf',
    'allOf',
    'not',
  ].map((name): [string, string] => [name, 'Write the type without it']),
])

const supportedByLowerCase = new Map([...rules.keys()].map((name) => [name.toLowerCase(), name]))

const tagPattern = /(^|\s)@([A-Za-z]\w*)/g

/** Returns the tags of a comment that narrow types, or look as if they did. A tag ends with its line. */
const tagsInComment = (file: ts.SourceFile, start: number, end: number): readonly Tag[] => {
  const tags: Tag[] = []
  const text = file.text.slice(start, end)
  let offset = 0
  for (const line of text.split('\n')) {
    const [lead = ''] = /^\s*(?:\/\*\*|\*(?!\/))?\s*/.exec(line) ?? []
    const body = line
      .slice(lead.length)
      .replace(/\s*\*\/\s*$/, '')
      .trimEnd()
    if (body.startsWith('@')) {
      // A further tag starts in the line only if its name is known: a pattern may hold an @.
      const starts = [...body.matchAll(tagPattern)].filter(
        ({ index }, at) => at === 0 || isTag(body.slice(index).trim()),
      )
      for (const [at, found] of starts.entries()) {
        const [whole, space = '', name = ''] = found
        const from = found.index + space.length
        const rest = body.slice(found.index + whole.length, starts[at + 1]?.index).trim()
        if (isTag(`@${name} ${rest}`))
          tags.push({ name, text: rest, file, position: start + offset + lead.length + from })
      }
    }
    offset += line.length + 1
  }
  return tags
}

/** Whether a tag narrows a type, or looks as if it did. `@type {T}` and a bare `@format` have other meanings. */
const isTag = (text: string): boolean => {
  const [, name = '', rest = ''] = /^@(\w+)\s*(.*)$/s.exec(text) ?? []
  if (name === 'type') return /^\w/.test(rest)
  return unsupported.has(name) || supportedByLowerCase.has(name.toLowerCase())
}

/** Returns the tags in all comments above a declaration. The compiler's API returns those of the last comment only. */
export const tagsOf = (declaration: ts.Node): readonly Tag[] =>
  declaration
    .getChildren()
    .filter(ts.isJSDoc)
    .flatMap(({ pos, end }) => tagsInComment(declaration.getSourceFile(), pos, end))

/** Returns the keywords that tags stand for, and whether `null` is accepted; reports the tags that cannot be kept. */
export const keywordsOf = (
  tags: readonly Tag[],
  kinds: ReadonlySet<Kind> | 'any',
  report: (diagnostic: Diagnostic) => void,
  place: string,
): { readonly keywords: Schema; readonly isInteger: boolean; readonly isNullable: boolean } => {
  const keywords: Schema = {}
  let [isInteger, isNullable] = [false, false]
  for (const tag of tags) {
    const fail = (what: string) =>
      report(diagnosticIn(tag.file, tag.position, `${place}: the tag @${tag.name} ${what}`))
    const rule = rules.get(tag.name)
    if (rule === undefined) {
      const right = supportedByLowerCase.get(tag.name.toLowerCase())
      fail(
        `is not supported. ${right === undefined ? (unsupported.get(tag.name) ?? 'Use `@asType integer`') : `Use @${right}`}`,
      )
      continue
    }
    const result = rule.read(tag.text)
    if (typeof result === 'string') fail(result)
    else if (rule.kind !== undefined && kinds !== 'any' && !kinds.has(rule.kind)) {
      fail(`narrows ${rule.kind}s only, and the type holds none`)
    } else if (tag.name === 'asType') isInteger = true
    else if (tag.name === 'nullable') isNullable = result.value === true
    else if (Object.hasOwn(keywords, tag.name)) fail('is there twice')
    else keywords[tag.name] = result.value
  }
  return { keywords, isInteger, isNullable }
}

/** Returns the tags in comments of a declaration that belong to no declaration, so that the compiler does not see them. */
export const strayTags = (root: ts.Node): readonly Tag[] => {
  const file = root.getSourceFile()
  const attached = new Set<number>()
  const comments = new Map<number, number>()
  const note = (ranges: readonly ts.CommentRange[] | undefined): void => {
    for (const { pos, end } of ranges ?? []) if (file.text.startsWith('/**', pos)) comments.set(pos, end)
  }
  const visit = (node: ts.Node): void => {
    for (const child of node.getChildren(file)) {
      if (ts.isJSDoc(child)) attached.add(child.pos)
      else visit(child)
    }
    if (node.getChildCount(file) > 0) return
    note(ts.getLeadingCommentRanges(file.text, node.getFullStart()))
    note(ts.getTrailingCommentRanges(file.text, node.end))
  }
  visit(root)
  // Behind the brace that opens the declaration's parent, and before the one that closes it.
  note(ts.getTrailingCommentRanges(file.text, root.pos))
  if (ts.isTypeElement(root) || ts.isClassElement(root)) {
    note(ts.getLeadingCommentRanges(file.text, root.parent.getLastToken(file)?.getFullStart() ?? root.pos))
  }
  return [...comments].filter(([pos]) => !attached.has(pos)).flatMap(([pos, end]) => tagsInComment(file, pos, end))
}
