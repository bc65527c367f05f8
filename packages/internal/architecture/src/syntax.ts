import ts from 'typescript59'
import type { SourceFile } from './sources.ts'

/** Parses a file. TypeScript 7 has no API for that, so that an older version reads the files. */
export const parse = ({ path, text }: SourceFile): ts.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
