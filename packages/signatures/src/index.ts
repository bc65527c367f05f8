export { type Generated, type GenerateOptions, generate } from './generate.ts'
export { SignaturesError, type Trouble } from './trouble.ts'
