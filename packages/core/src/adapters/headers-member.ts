import { getOwn, isObject } from '../values.ts'

/** The member of a body that holds the headers, where a service has no attributes for them: Kinesis and EventBridge. */
const headersMember = 'lpipe'

/** Returns the headers that a sender of lpipe wrote into a body. */
export const readHeadersMember = (body: unknown): Record<string, string> => {
  const member = getOwn(body, headersMember)
  if (!isObject(member)) return {}
  const headers: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(member)) if (typeof value === 'string') headers[name] = value
  return headers
}

/** Adds headers to the JSON text of an object that is not empty, such as `{ path, kwargs }`. */
export const addHeadersMember = (body: string, headers: Readonly<Record<string, string>>): string =>
  `${body.slice(0, -1)},"${headersMember}":${JSON.stringify(headers)}}`
