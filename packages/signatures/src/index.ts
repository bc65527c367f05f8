export { type Diagnostic, SignaturesError } from './diagnostics.ts'
export { type Generated, type GenerateOptions, generate } from './generate.ts'
export type { ProjectOptions } from './project.ts'
