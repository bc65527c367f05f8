import { createMessageScopes, type MessageScopes } from './message-scopes.ts'
import { loadSdk, type SentrySdk } from './sdk.ts'

/** An SDK, with the scopes that it made for messages. */
export interface Loaded {
  readonly sdk: SentrySdk
  readonly scopes: MessageScopes
}

/** Loads the SDK at the first invocation, unless it was passed. */
export interface Loader {
  /** Undefined until it is loaded. */
  readonly loaded: Loaded | undefined
  /** @throws InvalidConfigurationError if it cannot be imported. That is not remembered: the next invocation tries again. */
  readonly load: () => Promise<Loaded>
}

/** @param sdk the SDK that the user passed */
export const createLoader = (sdk: SentrySdk | undefined): Loader => {
  let loaded: Loaded | undefined
  let loading: Promise<Loaded> | undefined

  const use = (present: SentrySdk): Loaded => {
    loaded = { sdk: present, scopes: createMessageScopes(present) }
    return loaded
  }
  if (sdk !== undefined) use(sdk)

  return {
    get loaded() {
      return loaded
    },
    load: () => {
      loading ??= loadSdk()
        .then(use)
        .finally(() => {
          loading = undefined
        })
      return loading
    },
  }
}
