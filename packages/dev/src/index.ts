export type * from './api/types.ts'
export type { DevOptions } from './options.ts'
export { type DevSession, findDev } from './session.ts'
export { type Dev, startDev } from './start-dev.ts'
