import ts from 'typescript'

/** What to use instead of a type that JSON cannot represent. */
const fixes: ReadonlyMap<string, string> = new Map([
  ['Date', 'Use a string with the tag `@format date-time`, and create the Date in the function'],
  ['URL', 'Use a string with the tag `@format uri`, and create the URL in the function'],
  ['RegExp', 'Use a string, and create the RegExp in the function'],
  ['Map', 'Use a Record<string, ...>'],
  ['ReadonlyMap', 'Use a Record<string, ...>'],
  ['Set', 'Use an array with the tag `@uniqueItems`'],
  ['ReadonlySet', 'Use an array with the tag `@uniqueItems`'],
  ['Promise', 'Use the type that the promise resolves to'],
  ['bigint', 'Use a string or a number, and create the bigint in the function'],
  ['symbol', 'Use a string'],
  ['a function', 'Use the name of the function'],
  ['String', 'Use string'],
  ['Number', 'Use number'],
  ['Boolean', 'Use boolean'],
  ...['ArrayBuffer', 'Uint8Array', 'Buffer', 'Blob'].map((name): [string, string] => [name, 'Use a string in base64']),
])

const anyFix = 'Use strings, numbers, booleans, null, arrays and objects'

/** Returns why JSON cannot represent a type, with the fix; undefined if it can. Does not look into the type's properties. */
export const jsonProblem = (program: ts.Program, type: ts.Type): string | undefined => {
  const name = strangerIn(program, type)
  if (name === undefined) return undefined
  const known = /^[A-Z]/.test(name) ? `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}` : name
  return `is ${known}, which JSON cannot represent. ${fixes.get(name) ?? anyFix}`
}

const strangerIn = (program: ts.Program, type: ts.Type): string | undefined => {
  const checker = program.getTypeChecker()
  if (type.flags & ts.TypeFlags.BigIntLike) return 'bigint'
  if (type.flags & ts.TypeFlags.ESSymbolLike) return 'symbol'
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) || isList(checker, type)) return undefined
  if (type.getCallSignatures().length + type.getConstructSignatures().length > 0) return 'a function'
  const { symbol } = type as { readonly symbol?: ts.Symbol }
  if (symbol === undefined) return undefined
  return isBuiltIn(program, symbol) || hasMethods(checker, type, symbol) ? symbol.name : undefined
}

/** Whether a type is an array or a tuple. */
export const isList = (checker: ts.TypeChecker, type: ts.Type): boolean =>
  checker.isArrayType(type) || checker.isTupleType(type)

/** Whether a type is one of the language, for example Date. Helpers such as Partial make types that have no name. */
const isBuiltIn = (program: ts.Program, symbol: ts.Symbol): boolean =>
  !symbol.name.startsWith('__') && isOfLanguage(program, symbol)

/** Whether a symbol is declared by a library of the compiler. */
export const isOfLanguage = (program: ts.Program, { declarations = [] }: ts.Symbol): boolean =>
  declarations.some((one) => program.isSourceFileDefaultLibrary(one.getSourceFile()))

/** Whether a type is a class with methods, of the project or of a package. A message has the properties only. */
const hasMethods = (checker: ts.TypeChecker, type: ts.Type, { declarations = [] }: ts.Symbol): boolean =>
  (type.isClass() || declarations.some((one) => one.getSourceFile().isDeclarationFile)) &&
  type.getProperties().some((one) => checker.getTypeOfSymbol(one).getCallSignatures().length > 0)
