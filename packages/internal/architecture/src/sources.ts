import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

const packagesFolder = fileURLToPath(new URL('../../../', import.meta.url))

/** A file of a package. */
export interface SourceFile {
  /** Relative to `packages/`. */
  readonly path: string
  readonly text: string
}

/** Returns the files that a pattern names, relative to `packages/`. */
export const filesIn = (...patterns: readonly string[]): readonly SourceFile[] =>
  globSync([...patterns], { cwd: packagesFolder, exclude: ['**/node_modules/**', '**/dist/**'] })
    .sort()
    .map((path) => ({ path, text: readFileSync(join(packagesFolder, path), 'utf8') }))

/** Returns the files of the same package that a file imports, types and dynamic imports too. */
const importedBy = ({ path, text }: SourceFile): readonly string[] =>
  [...text.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)'(\.[^']+)'/g)].map(([, specifier = '']) =>
    normalize(join(dirname(path), specifier)),
  )

/** Returns the circles of files: each as the paths that lead from a file back to it. */
export const circlesIn = (files: readonly SourceFile[]): readonly string[] => {
  const imports = new Map(files.map((file) => [file.path, importedBy(file)]))
  const finished = new Set<string>()
  const circles: string[] = []
  const visit = (path: string, trace: readonly string[]): void => {
    const start = trace.indexOf(path)
    if (start >= 0) circles.push([...trace.slice(start), path].join(' > '))
    if (start >= 0 || finished.has(path)) return
    for (const next of imports.get(path) ?? []) visit(next, [...trace, path])
    finished.add(path)
  }
  for (const { path } of files) visit(path, [])
  return circles
}

/** A name that an entry point exports, and the file that declares it. */
export interface PublicExport {
  readonly name: string
  readonly declaredAs: string
  readonly file: string
}

/** Returns what an entry point exports. What other packages declare is left out. */
export const exportsOf = (entry: string): readonly PublicExport[] => {
  const text = withoutComments(readFileSync(join(packagesFolder, entry), 'utf8'))
  const again = [...text.matchAll(/export (?:type )?\{([^}]*)\}(?: from '([^']+)')?/g)].flatMap(
    ([, names = '', specifier]) =>
      namesIn(names).flatMap(([declaredAs, name]) => {
        if (specifier !== undefined && !specifier.startsWith('.')) return []
        return follow(specifier === undefined ? entry : normalize(join(dirname(entry), specifier)), declaredAs, name)
      }),
  )
  const own = [
    ...text.matchAll(/^export (?:declare )?(?:abstract )?(?:async )?(?:const|class|interface|type|function) (\w+)/gm),
  ]
  return [...again, ...own.map(([, name = '']) => ({ name, declaredAs: name, file: entry }))]
}

/** Follows re-exports to the file that declares a name. */
const follow = (file: string, declaredAs: string, name: string): readonly PublicExport[] => {
  if (!existsSync(join(packagesFolder, file))) return []
  const text = withoutComments(readFileSync(join(packagesFolder, file), 'utf8'))
  for (const [, names = '', specifier = ''] of text.matchAll(/export (?:type )?\{([^}]*)\} from '([^']+)'/g)) {
    const found = namesIn(names).find(([, exported]) => exported === declaredAs)
    if (found !== undefined) {
      return specifier.startsWith('.') ? follow(normalize(join(dirname(file), specifier)), found[0], name) : []
    }
  }
  return [{ name, declaredAs, file }]
}

const namesIn = (list: string): (readonly [declared: string, exported: string])[] =>
  list
    .split(',')
    .map((one) => one.trim().replace(/^type /, ''))
    .filter((one) => one !== '')
    .map((one) => {
      const [declared = '', exported = declared] = one.split(' as ')
      return [declared, exported] as const
    })

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '')

/** Whether a docstring stands before the declaration of a name. */
export const hasDocstring = ({ file, declaredAs }: PublicExport): boolean => {
  const text = readFileSync(join(packagesFolder, file), 'utf8')
  const declaration = new RegExp(
    `^(?:export )?(?:declare )?(?:abstract )?(?:async )?(?:const|class|interface|type|function) ${declaredAs}\\b`,
    'm',
  )
  const start = text.search(declaration)
  const before = text.slice(0, Math.max(0, start)).replace(/(?:\/\/ .*\n)+$/, '')
  return before.trimEnd().endsWith('*/') && !/\n\s*\n$/.test(before)
}
