import { FailCatastrophically } from 'lpipe-preset'

/**
 * What the Lambdas call: a pager, a table, seismic stations. A Lambda may receive a message twice, so each write has a key, and
 * writing it again changes nothing.
 */
export const world = {
  /** The alerts that were sent, by id. */
  alerts: new Map<string, { readonly net: string; readonly kind: string }>(),
  /** The archive, by the id of the event. */
  archive: new Map<string, { readonly mag: number; readonly net: string }>(),
  /** The number of calls to each station. */
  calls: new Map<string, number>(),
}

/**
 * Calls a seismic station.
 *
 * @param answersAt the call that it answers, counted from 1; null if it never does
 * @throws FailCatastrophically if it does not answer
 */
export const callStation = (station: string, answersAt: number | null): void => {
  const call = (world.calls.get(station) ?? 0) + 1
  world.calls.set(station, call)
  if (answersAt === null || call < answersAt) throw new FailCatastrophically(`station ${station} does not answer`)
}
