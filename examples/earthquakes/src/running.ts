import { startDev } from '@lpipe/dev'
import { type LocalPipeline, localPipeline } from '@lpipe/local'
import type { Description, System } from '@lpipe/system'
import { logging } from './logger.ts'

/** The running Lambdas, as the demo uses them. */
export type Running = Pick<LocalPipeline, 'send' | 'drained' | 'contents' | 'statistics' | 'stop'>

/** Starts the Lambdas in this process. */
export const startHere = (system: System): Promise<Running> => localPipeline({ ...system, ...logging })

/** The same, with a page that shows the messages. */
export const startWithPage = async (system: System, description: Description): Promise<Running> => {
  const dev = await startDev({ system, description, title: 'earthquakes', port: 0, print: () => undefined })
  console.log(`The page of the messages, until you press Ctrl-C: ${dev.url}\n`)
  return dev
}
