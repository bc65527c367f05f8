import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from '@jest/globals'

const core = fileURLToPath(new URL('../../core', import.meta.url))

const folders: string[] = []

afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

/**
 * A project of its own with these files, in which `@lpipe/core` is installed.
 *
 * @param lib default: without the types of the DOM, which the compiler reads for as long as the rest
 */
export const project = async (files: Readonly<Record<string, string>>, lib = ['es2023']): Promise<string> => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'lpipe-signatures-')))
  folders.push(folder)
  await mkdir(join(folder, 'node_modules', '@lpipe'), { recursive: true })
  await symlink(core, join(folder, 'node_modules', '@lpipe', 'core'))
  const tsconfig = JSON.stringify({
    compilerOptions: {
      module: 'nodenext',
      target: 'es2023',
      lib,
      strict: true,
      rewriteRelativeImportExtensions: true,
    },
  })
  for (const [name, text] of Object.entries({
    'package.json': '{ "type": "module" }',
    'tsconfig.json': tsconfig,
    ...files,
  })) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return folder
}
