/** The address of a view: the part of the URL after `#`. */
export interface Route {
  readonly view: View
  /** The id of one message, letter or node, if the view shows one. */
  readonly id: string | undefined
  readonly query: Readonly<Record<string, string>>
}

export const views = ['graph', 'messages', 'send', 'dead-letters', 'findings'] as const
export type View = (typeof views)[number]

/** Reads a hash such as `#/messages/m-1?path=PLAY`. An unknown view is the graph. */
export const parseRoute = (hash: string): Route => {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?', 2)
  const [name, ...rest] = path.split('/')
  const view = views.find((one) => one === name) ?? 'graph'
  const id = rest.length === 0 || rest[0] === '' ? undefined : decoded(rest.join('/'))
  return { view, id, query: Object.fromEntries(new URLSearchParams(query)) }
}

/** Returns the hash of a view. Members that are undefined or empty are left out. */
export const routeHash = (
  view: View,
  id?: string,
  query: Readonly<Record<string, string | undefined>> = {},
): string => {
  const members = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]))
  const text = new URLSearchParams(members).toString()
  return `#/${view}${id === undefined ? '' : `/${encodeURIComponent(id)}`}${text === '' ? '' : `?${text}`}`
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
