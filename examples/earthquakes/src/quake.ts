import { z } from 'zod'

/** What the Lambdas need of a message. Whatever else it holds does not reach them. */
export const Quake = z.object({
  id: z.string(),
  mag: z.number(),
  place: z.string(),
  net: z.string(),
  type: z.string(),
  tsunami: z.literal([0, 1]),
})

/** A seismic event. */
export type Quake = z.infer<typeof Quake>

/** What somebody is told of an event, if anything. Blasts in a quarry shake too, but alarm nobody. */
export const alertOf = ({ mag, type }: Quake): 'PAGE' | 'NOTE' | undefined => {
  if (type !== 'earthquake' || mag < 2.5) return undefined
  return mag < 4.5 ? 'NOTE' : 'PAGE'
}
