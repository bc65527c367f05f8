import { signal } from '@preact/signals'
import { parseRoute, type Route } from './route.ts'

/** The view that the address names. */
export const route = signal<Route>(parseRoute(location.hash))

/** Follows the address from now on. */
export const followRoute = (): void => {
  addEventListener('hashchange', () => {
    route.value = parseRoute(location.hash)
  })
}

/** Goes to a view. `replace`: the back button skips the present one. */
export const go = (hash: string, { replace = false } = {}): void => {
  if (replace) {
    history.replaceState(null, '', hash)
    route.value = parseRoute(hash)
  } else {
    location.hash = hash
  }
}
