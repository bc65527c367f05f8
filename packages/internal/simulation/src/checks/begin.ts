import { expectedEnd } from '../expected-run.ts'
import { current, type MessageRun, runOf, type SourceMessage, violate, type World } from '../world.ts'

/** Checks whether a function may begin now, and counts it as running. */
export const checkBegin = (world: World, run: MessageRun): void => {
  const { clock, scenario } = world
  const { source, invocation } = run
  const { number, record } = source
  if (clock.now() >= invocation.cut) violate(world, 'time', `message ${number}: a function began in the reserve`)
  if (source.path === undefined) {
    violate(world, 'one end', `message ${number}: a function began, and the message names no path that it may`)
  }
  run.running += 1
  const running = [...invocation.runs.values()].filter((one) => one.running > 0)
  const limit = scenario.options.concurrency ?? Number.POSITIVE_INFINITY
  if (running.length > limit) violate(world, 'concurrency', `${running.length} messages ran at once, and ${limit} may`)
  if (record.group === undefined) return
  for (const { source: other } of running) {
    if (other !== source && other.record.group === record.group) {
      violate(world, 'order', `messages ${other.number} and ${number} of one group ran at once`)
    }
  }
  const isFirst = run.results.length === (scenario.handler === 'own' ? 1 : 0)
  if (isFirst && !keepsNoOrder(world)) checkPredecessors(world, source)
}

/** With `onStreamFailure: 'continue'` the order of a shard is given up. The option is not for partitions of Kafka. */
export const keepsNoOrder = ({ scenario }: World): boolean =>
  (scenario.source === 'kinesis' || scenario.source === 'dynamodb') && scenario.options.continuesAfterFailure

/** All messages before it in its group have left the source, or succeeded in this invocation. */
const checkPredecessors = (world: World, source: SourceMessage): void => {
  const invocation = current.getStore()
  for (const other of world.sources.slice(0, source.number)) {
    if (other.record.group !== source.record.group) continue
    if (invocation?.sources.includes(other)) {
      const { end } = expectedEnd(world, runOf(world, invocation, other))
      if (end !== 'ok' && end !== 'drop') {
        violate(world, 'order', `message ${source.number} ran although ${other.number} before it is ${end}`)
      }
    } else if (other.record.ends.length === 0) {
      violate(world, 'order', `message ${source.number} ran before ${other.number} was done`)
    }
  }
}
