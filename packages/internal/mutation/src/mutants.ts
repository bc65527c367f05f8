import ts from 'typescript'

/** One change of a source text. */
export interface Mutant {
  /** The path of the source file from the folder of the repository. */
  readonly file: string
  /** The line of the change, counted from 1. */
  readonly line: number
  /** The text of that line, without its indentation. */
  readonly code: string
  /** Which of the mutants of its file with the same line and the same change it is, counted from 1. */
  readonly occurrence: number
  readonly start: number
  readonly end: number
  readonly original: string
  readonly replacement: string
}

const operators: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '+=': ['-='],
  '-=': ['+='],
  '&&': ['||'],
  '||': ['&&'],
}

const swapped = new Map([
  ['min', 'max'],
  ['max', 'min'],
  ['some', 'every'],
  ['every', 'some'],
])

const isText = (node: ts.Expression): boolean =>
  ts.isStringLiteralLike(node) ||
  ts.isTemplateExpression(node) ||
  (ts.isBinaryExpression(node) && (isText(node.left) || isText(node.right)))

const isRemovable = ({ expression }: ts.ExpressionStatement): boolean => !ts.isStringLiteral(expression)

/** Nodes that hold no code that runs. */
const isSkipped = (node: ts.Node): boolean =>
  ts.isTypeNode(node) ||
  ts.isImportDeclaration(node) ||
  ts.isExportDeclaration(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node)

/** Returns the changes of one node: which part of it is replaced, and by which text. */
const changesOf = (node: ts.Node, textOf: (node: ts.Node) => string): readonly (readonly [ts.Node, string])[] => {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node)) {
    const values = ts.isIfStatement(node) ? ['true', 'false'] : ['false']
    return values.map((value) => [node.expression, value])
  }
  if (ts.isConditionalExpression(node)) {
    return [
      [node, textOf(node.whenTrue)],
      [node, textOf(node.whenFalse)],
    ]
  }
  if (ts.isBinaryExpression(node)) {
    const { left, operatorToken, right } = node
    if (operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) return [[node, textOf(left)]]
    if (isText(left) || isText(right)) {
      if (operatorToken.kind === ts.SyntaxKind.PlusToken) return []
    }
    return (operators[operatorToken.getText()] ?? []).map((other) => [operatorToken, other])
  }
  if (ts.isPrefixUnaryExpression(node)) {
    if (node.operator === ts.SyntaxKind.ExclamationToken) return [[node, textOf(node.operand)]]
    if (node.operator === ts.SyntaxKind.PlusPlusToken) return [[node, `--${textOf(node.operand)}`]]
    if (node.operator === ts.SyntaxKind.MinusMinusToken) return [[node, `++${textOf(node.operand)}`]]
    return []
  }
  if (ts.isPostfixUnaryExpression(node)) {
    const operator = node.operator === ts.SyntaxKind.PlusPlusToken ? '--' : '++'
    return [[node, `${textOf(node.operand)}${operator}`]]
  }
  if (ts.isAwaitExpression(node)) return [[node, textOf(node.expression)]]
  if (ts.isExpressionStatement(node)) return isRemovable(node) ? [[node, ';']] : []
  if (ts.isVoidExpression(node) && ts.isArrowFunction(node.parent)) return [[node, 'undefined']]
  if (ts.isNumericLiteral(node)) return [[node, String(Number(node.text.replaceAll('_', '')) + 1)]]
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [[node, 'false']]
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [[node, 'true']]
  if (node.kind === ts.SyntaxKind.QuestionDotToken) {
    return [[node, ts.isPropertyAccessExpression(node.parent) ? '.' : '']]
  }
  if (ts.isPropertyAccessExpression(node) && ts.isCallExpression(node.parent) && node.parent.expression === node) {
    const other = swapped.get(node.name.text)
    return other === undefined ? [] : [[node.name, other]]
  }
  return []
}

/** Returns all mutants of a source text. Texts, types and imports are left alone. */
export const mutantsOf = (file: string, text: string): readonly Mutant[] => {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true)
  const lines = text.split('\n')
  const mutants: Mutant[] = []
  const counts = new Map<string, number>()
  const occurrenceOf = (key: string): number => {
    const occurrence = (counts.get(key) ?? 0) + 1
    counts.set(key, occurrence)
    return occurrence
  }
  const visit = (node: ts.Node): void => {
    if (isSkipped(node)) return
    for (const [part, replacement] of changesOf(node, (one) => one.getText(source))) {
      const start = part.getStart(source)
      const line = source.getLineAndCharacterOfPosition(start).line
      const code = (lines[line] ?? '').trim()
      const original = part.getText(source)
      const occurrence = occurrenceOf(JSON.stringify([code, original, replacement]))
      mutants.push({ file, line: line + 1, code, occurrence, start, end: part.end, original, replacement })
    }
    for (const child of node.getChildren(source)) visit(child)
  }
  visit(source)
  return mutants
}

/** Returns the source text with the change. */
export const applyMutant = (text: string, { start, end, replacement }: Mutant): string =>
  text.slice(0, start) + replacement + text.slice(end)

const onOneLine = (text: string): string => text.replace(/\s+/g, ' ')

/** Returns the change in words. */
export const describeMutant = ({ original, replacement }: Pick<Mutant, 'original' | 'replacement'>): string =>
  `${onOneLine(original)} -> ${onOneLine(replacement)}`
