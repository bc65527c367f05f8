export { type CaseResult, runFolder } from './folder.ts'
export type { FunctionSpec, Param } from './format.ts'
export type { Sign } from './functions.ts'
