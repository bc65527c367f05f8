import { hasCause, settle } from './checks/done.ts'
import type { Invoke } from './invoke.ts'
import { happens } from './random.ts'
import { rawEvent } from './record-formats.ts'
import { type SourceRecord, violate, type World } from './world.ts'

/** Asynchronous events: Lambda tries one three times, under one request id. */
export const runRaw = async (world: World, invoke: Invoke): Promise<void> => {
  const { scenario, clock, random, stats } = world
  const events: SourceRecord[][] = []
  for (let from = 0; from < world.records.length; from += scenario.batchSize) {
    events.push(world.records.slice(from, from + scenario.batchSize))
  }

  const runEvent = async (records: readonly SourceRecord[], number: number): Promise<void> => {
    for (let attempt = 0; attempt < 3; attempt++) {
      const result = await invoke(rawEvent(scenario, records), records, `event-${number}`)
      const { invocation } = result
      if (!result.threw) {
        for (const record of records) settle(world, invocation, record)
        if (attempt < 2 && happens(random, scenario.faults.again)) {
          stats.deliveredAgain += records.length
          continue
        }
        for (const record of records) record.ends.push('settled')
        return
      }
      if (!invocation.hasInterference && !records.some((record) => hasCause(world, invocation, record, new Set()))) {
        violate(world, 'no failure without a cause', `an event failed without a cause: ${String(result.error)}`)
      }
      await clock.sleep(60_000)
    }
    for (const record of records) record.ends.push('redriven')
    stats.redriven += records.length
  }
  for (const [number, records] of events.entries()) await runEvent(records, number)
}
