import { z } from 'zod'

export const Order = z.object({
  id: z
    .string()
    .regex(/^o-[0-9]{1,6}$/)
    .describe('The number of the order'),
  customer: z.object({ name: z.string().min(1).max(120), city: z.enum(['Berlin', 'Lagos', 'Lima', 'Atlantis']) }),
  items: z.number().int().min(1).max(20),
  card: z.enum(['valid', 'declined']).default('valid'),
  gift: z.boolean().optional(),
  note: z.string().max(200).optional(),
})
export type Order = z.infer<typeof Order>
