import { defineSender } from '@lpipe/core/outbox'
import { type Payload, payload, queue } from 'lpipe-preset'
import { hasBurst } from './scenario.ts'
import { type MessageRun, violate, type World } from './world.ts'

/** Work that is not linear in their number takes many seconds for them. */
const entries = 20_000

/** Most processor time of an invocation that sends them: many times what it takes. */
const maxMillis = 5000

/** Accepts everything at once: a call of the model would cost more than the work that is measured. */
const sender = defineSender<undefined>({
  maxEntries: 10,
  maxBytes: 1024,
  prepare: () => ({ wire: undefined, size: 1 }),
  send: async (_, wires) => wires.map(() => undefined),
})
const burst = payload({ queue: queue({ type: 'burst', name: 'burst', sender: () => sender }), kwargs: {} })

/** Returns what the first message sends beside its outputs, from the first function that ends. */
export const burstOf = ({ scenario }: World, { source, attempt, results }: MessageRun): readonly Payload[] =>
  hasBurst(scenario) && source.number === 0 && attempt === 0 && results.length === 1
    ? Array.from({ length: entries }, () => burst)
    : []

/** @param before the processor time when the invocation began: the clock of a run stands still meanwhile */
export const checkBurst = (world: World, before: NodeJS.CpuUsage): void => {
  const { user, system } = process.cpuUsage(before)
  const millis = Math.round((user + system) / 1000)
  if (millis > maxMillis) violate(world, 'cost', `to send ${entries} entries took ${millis} ms of processor time`)
}
