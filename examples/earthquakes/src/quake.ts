import { z } from 'zod'

/** The parameters that the Lambdas use. Others do not reach them. */
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

/** Returns the path of the alert for an event, if there is one. Blasts in a quarry are not alerts. */
export const alertOf = ({ mag, type }: Quake): 'PAGE' | 'NOTE' | undefined => {
  if (type !== 'earthquake' || mag < 2.5) return undefined
  return mag < 4.5 ? 'NOTE' : 'PAGE'
}
