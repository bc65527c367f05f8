declare module 'kinesalite' {
  import type { Server } from 'node:http'

  /** The part of kinesalite that is used. `close` closes its store, then the server. */
  const kinesalite: (options?: { readonly createStreamMs?: number; readonly shardLimit?: number }) => Server
  export default kinesalite
}
