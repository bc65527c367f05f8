import { readFileSync } from 'node:fs'

/** The members of a feature of the USGS feed that the demo reads. Many of the other properties are null. */
interface Feature {
  readonly id: string
  readonly properties: { readonly mag: number; readonly net: string; readonly [name: string]: unknown }
  readonly geometry: { readonly coordinates: readonly number[] }
}

/** An event as it is sent: everything that the feed holds about it. */
export type Event = Feature['properties'] & { readonly id: string; readonly coordinates: readonly number[] }

/**
 * The 1,707 events of one week from the feed of the US Geological Survey, as vega-datasets carries them.
 *
 * @see https://earthquake.usgs.gov/earthquakes/feed/v1.0/geojson.php
 */
export const readEvents = (): Event[] => {
  const file = new URL('../data/earthquakes.json', import.meta.resolve('vega-datasets'))
  const { features } = JSON.parse(readFileSync(file, 'utf8')) as { readonly features: readonly Feature[] }
  return features.map(({ id, properties, geometry }) => ({ ...properties, id, coordinates: geometry.coordinates }))
}

/** Returns the message of an earthquake. */
export const messageOf = (event: object): object => ({ path: 'QUAKE', kwargs: event })

/** Messages that no function should receive. */
export const badMessages = (good: object): readonly (object | string)[] => [
  '{"path": "QUAKE", "kwargs": {"id": "broken', // not JSON
  { path: 'VOLCANO', kwargs: good }, // an unknown path
  messageOf({ ...good, mag: undefined }), // no magnitude
  messageOf({ ...good, mag: null }), // an unknown magnitude
  messageOf({ ...good, mag: 'four point five' }), // a string instead of a number
]

const calibration = (station: string, answersAt: number | null): object => ({
  path: 'CALIBRATE',
  kwargs: { station, net: 'ak', answersAt },
})

/** Stations that answer at the second call: these calibrations fail once. */
export const busyStations: readonly string[] = ['AK.BARN', 'AK.COLA', 'AK.KDAK', 'AK.MCK', 'AK.PAX']
/** Stations that never answer. */
export const deadStations: readonly string[] = ['AK.HOM', 'AK.SDPT']

export const calibrations: readonly object[] = [
  ...busyStations.map((station) => calibration(station, 2)),
  ...deadStations.map((station) => calibration(station, null)),
]
