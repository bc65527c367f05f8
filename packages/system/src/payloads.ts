import { fileURLToPath } from 'node:url'
import type ts from 'typescript'
import type { PayloadDescription } from './description.ts'
import { createProgramOf } from './program.ts'
import { createReader } from './read-payloads.ts'

/** The payloads that functions return, read from their sources. */
export interface Payloads {
  /** Returns, for a Lambda, the payloads of a function by its name. */
  readonly of: (lambda: string) => (name: string) => readonly PayloadDescription[]
}

/**
 * Reads the sources behind the `load` functions of a system.
 *
 * It finds calls of `payload()` in a function, and in the functions of these sources that it calls. The path is known if its
 * type is a literal or a union of literals; the queue if the expression leads to a call of `queue()` with such types.
 *
 * @param file the file that calls `system()`
 */
export const payloadsIn = async (file: string | URL): Promise<Payloads> => {
  const { default: compiler } = await import('typescript') // large, and not every description needs it
  const path = String(file).startsWith('file:') ? fileURLToPath(file) : String(file)
  const program = createProgramOf(compiler, path)
  const modules = handlerModules(compiler, program)
  const read = createReader(compiler, program)
  return {
    of: (lambda) => {
      const functions = functionsIn(compiler, program, modules.get(lambda))
      return (name) => {
        const found = (functions.get(name) ?? []).flatMap((one) => read(one, name))
        return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()]
      }
    },
  }
}

/** Returns the source file of each handler: `name: { load: () => import('./file.ts') }`. */
const handlerModules = (compiler: typeof ts, program: ts.Program): ReadonlyMap<string, ts.SourceFile> => {
  const modules = new Map<string, ts.SourceFile>()
  const visit = (node: ts.Node): void => {
    if ((compiler.isPropertyAssignment(node) || compiler.isMethodDeclaration(node)) && nameOf(node.name) === 'load') {
      const lambda = node.parent.parent
      const imported = importIn(compiler, node)
      const file = imported && fileOf(program, imported)
      if (compiler.isPropertyAssignment(lambda) && file !== undefined) modules.set(nameOf(lambda.name), file)
    }
    compiler.forEachChild(node, visit)
  }
  for (const file of ownFiles(program)) visit(file)
  return modules
}

const nameOf = (name: ts.PropertyName): string => ('text' in name ? name.text : '')

/** Returns the specifier of the `import()` in a node. */
const importIn = (compiler: typeof ts, node: ts.Node): ts.Expression | undefined => {
  if (compiler.isCallExpression(node) && node.expression.kind === compiler.SyntaxKind.ImportKeyword) {
    return node.arguments[0]
  }
  return compiler.forEachChild(node, (child) => importIn(compiler, child))
}

const fileOf = (program: ts.Program, specifier: ts.Node): ts.SourceFile | undefined => {
  const [declaration] = program.getTypeChecker().getSymbolAtLocation(specifier)?.declarations ?? []
  const file = declaration?.getSourceFile()
  return file?.isDeclarationFile ? undefined : file
}

const ownFiles = (program: ts.Program): readonly ts.SourceFile[] =>
  program.getSourceFiles().filter((file) => !file.isDeclarationFile && !file.fileName.includes('/node_modules/'))

/** Returns the functions of a module and of what it imports, by their names. */
const functionsIn = (
  compiler: typeof ts,
  program: ts.Program,
  module: ts.SourceFile | undefined,
): ReadonlyMap<string, ts.Node[]> => {
  const functions = new Map<string, ts.Node[]>()
  const visit = (node: ts.Node): void => {
    const name = functionName(compiler, node)
    if (name !== undefined) functions.set(name, [...(functions.get(name) ?? []), node])
    compiler.forEachChild(node, visit)
  }
  for (const file of reachable(compiler, program, module)) visit(file)
  return functions
}

const functionName = (compiler: typeof ts, node: ts.Node): string | undefined => {
  if (!compiler.isFunctionLike(node)) return undefined
  if (node.name !== undefined) return 'text' in node.name ? node.name.text : undefined
  const { parent } = node
  if (compiler.isCallExpression(parent)) return nameOption(compiler, parent)
  const isNamed = compiler.isVariableDeclaration(parent) || compiler.isPropertyAssignment(parent)
  return isNamed && 'text' in parent.name ? parent.name.text : undefined
}

/** Returns the name in `fn(schema, run, { name: 'charge' })`. */
const nameOption = (compiler: typeof ts, call: ts.CallExpression): string | undefined => {
  const options = call.arguments[2]
  if (options === undefined || !compiler.isObjectLiteralExpression(options)) return undefined
  const name = options.properties.find(
    (one) => one.name !== undefined && nameOf(one.name as ts.PropertyName) === 'name',
  )
  return name !== undefined && compiler.isPropertyAssignment(name) && compiler.isStringLiteral(name.initializer)
    ? name.initializer.text
    : undefined
}

const reachable = (
  compiler: typeof ts,
  program: ts.Program,
  module: ts.SourceFile | undefined,
): ReadonlySet<ts.SourceFile> => {
  const own = new Set(ownFiles(program))
  const found = new Set(module === undefined ? [] : [module])
  for (const file of found) {
    for (const statement of file.statements) {
      if (!compiler.isImportDeclaration(statement) && !compiler.isExportDeclaration(statement)) continue
      const imported = statement.moduleSpecifier && fileOf(program, statement.moduleSpecifier)
      if (imported !== undefined && own.has(imported)) found.add(imported)
    }
  }
  return found
}
