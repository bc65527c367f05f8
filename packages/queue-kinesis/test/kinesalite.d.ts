declare module 'kinesalite' {
  import type { Server } from 'node:http'

  /** What is used of it. Its `close` closes its store first, then the server. */
  const kinesalite: (options?: { readonly createStreamMs?: number; readonly shardLimit?: number }) => Server
  export default kinesalite
}
