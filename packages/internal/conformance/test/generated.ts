import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from '@jest/globals'
import { generate } from '@lpipe/signatures'

const core = fileURLToPath(new URL('../../../core', import.meta.url))

const folders: string[] = []

afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

/** What functions with a generated signature hand on to: `behaviours.ts` beside them. */
const behaviours = `import type { Call } from '@lpipe/core'
export const behaviours = new Map<string, (kwargs: object, call: Call) => unknown>()
`

/** Generates the signatures of functions from their source, as the command does, and loads the generated module. */
export const generated = async (
  source: string,
): Promise<{ readonly folder: string; readonly module: Readonly<Record<string, unknown>> }> => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'lpipe-conformance-')))
  folders.push(folder)
  await mkdir(join(folder, 'node_modules', '@lpipe'), { recursive: true })
  await symlink(core, join(folder, 'node_modules', '@lpipe', 'core'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(
    join(folder, 'tsconfig.json'),
    '{ "compilerOptions": { "module": "nodenext", "rewriteRelativeImportExtensions": true } }',
  )
  await writeFile(join(folder, 'behaviours.ts'), behaviours)
  await writeFile(join(folder, 'functions.ts'), source)
  const { out, text } = await generate(join(folder, 'functions.ts'))
  await writeFile(out, text)
  return { folder, module: await import(out) }
}
