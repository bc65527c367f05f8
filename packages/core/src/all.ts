/**
 * What the entry points for users, middlewares, sources and senders export, as one. The built packages of lpipe import this module
 * in place of several, because each module that Node loads takes about half a millisecond: see `tsdown.config.ts`.
 *
 * The build of this module would only re-export `dist/shared.js`, which the entry point `./all` leads to. It is not published.
 */
export * from './aws/index.ts'
export * from './index.ts'
export * from './middleware.ts'
export * from './outbox/index.ts'
