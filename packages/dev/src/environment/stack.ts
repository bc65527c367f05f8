import { isAbsolute, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tryOr } from '@lpipe/core/middleware'
import type { StackFrame } from '../api/types.ts'

/**
 * Reads the frames of a stack trace.
 *
 * @param folder paths inside of it are made relative to it
 */
export const framesOf = (stack: string, folder: string): StackFrame[] =>
  stack
    .split('\n')
    .flatMap((line) => frameOf(line, folder))
    .slice(0, 50)

const frameOf = (line: string, folder: string): StackFrame[] => {
  const [, called, place, row, column] = /^\s*at (?:(.+?) \()?(.+?):(\d+):(\d+)\)?$/.exec(line) ?? []
  if (place === undefined) return []
  const file = place.startsWith('file:') ? tryOr(() => fileURLToPath(place), place) : place
  const own = isAbsolute(file) && !file.includes('node_modules')
  return [
    {
      ...(called === undefined ? {} : { function: called.replace(/^async /, '') }),
      file: own ? insideOf(folder, file) : file,
      line: Number(row),
      column: Number(column),
      own,
    },
  ]
}

/** Returns the path of a file, relative to a folder if it lies in it. */
export const insideOf = (folder: string, file: string): string => {
  const path = relative(folder, file)
  return path.startsWith('..') ? file : path
}
