import { FailCatastrophically } from 'lpipe-preset'

/**
 * What the Lambdas would have outside: a pager, a table of counts, stations to call. A Lambda may be given a message
 * twice, so what they write is keyed: to write it again changes nothing.
 */
export const world = {
  /** what people were told, by id */
  alerts: new Map<string, { readonly net: string; readonly kind: string }>(),
  /** the archive, by the id of the event */
  archive: new Map<string, { readonly mag: number; readonly net: string }>(),
  /** how often each station was called */
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
