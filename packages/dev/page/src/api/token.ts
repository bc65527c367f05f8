const key = 'lpipe-token'

/** Returns the token in the hash of an address; null if there is none. */
export const tokenInHash = ({ hash }: Pick<Location, 'hash'>): string | null =>
  new URLSearchParams(hash.replace(/^#\/?\??/, '')).get('token')

/**
 * Returns the token of the server. It comes in the address that the terminal prints, `#token=...` or `?token=...`; from there it
 * moves to the storage of this tab, so that it is not in bookmarks and screenshots.
 */
export const takeToken = (location: Location, history: History, storage: Storage): string => {
  const found = new URLSearchParams(location.search).get('token') ?? tokenInHash(location)
  if (found !== null) {
    storage.setItem(key, found)
    const hash = location.hash.includes('token=') ? '' : location.hash
    history.replaceState(null, '', `${location.pathname}${hash}`)
  }
  return storage.getItem(key) ?? ''
}
