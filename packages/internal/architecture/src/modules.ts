import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('..', import.meta.url))

/** The modules that a fresh process loads for an import of a built package, Node's own not counted. Each costs time. */
export const modulesOf = (specifier: string): readonly string[] => {
  const program = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
    await import(${JSON.stringify(specifier)})
    console.log(JSON.stringify(loaded))`
  const { NODE_OPTIONS: _, ...env } = process.env // Jest's own would lead to the sources
  const options = { cwd: folder, encoding: 'utf8', env } as const
  const urls: readonly string[] = JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', program], options),
  )
  return urls.filter((url) => url.startsWith('file:'))
}
