import type { Invoke } from './invoke.ts'
import type { Scenario } from './scenario.ts'
import { violate, type World } from './world.ts'

const eventOf = (kind: Scenario['foreignEvent']): unknown => {
  const foreign = { eventSource: 'aws:codecommit', eventSourceARN: 'arn:aws:codecommit:::one' }
  if (kind === 'service') return { Records: [foreign] }
  if (kind === 'mixed') return { Records: [{ eventSource: 'aws:sqs', messageId: 'one', body: '{}' }, foreign] }
  return { Records: [], window: { start: '', end: '' }, state: {}, isFinalInvokeForWindow: true }
}

/** An event that is not one of the source's must not be taken for success: its service would take it for done. */
export const checkForeignEvent = async (world: World, invoke: Invoke): Promise<void> => {
  const { foreignEvent } = world.scenario
  if (foreignEvent === 'none') return
  const result = await invoke(eventOf(foreignEvent), [])
  if (!result.threw && !result.invocation.hasInterference) {
    violate(world, 'one end', 'an event of another service was answered, and nothing of it was processed')
  }
}
