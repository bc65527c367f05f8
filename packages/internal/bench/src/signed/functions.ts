import { work } from '../work.ts'

/** A function whose types become its signature. */
export const job = async ({ id, name }: { id: number; name: string }): Promise<void> => work({ id, name })
