import { expectedEnd } from '../expected-run.ts'
import { pathName } from '../paths.ts'
import { current, type Invocation, runOf, type SourceRecord, violate, type World } from '../world.ts'

const outcomes = ['succeeded', 'dropped', 'failed'] as const
const totals = ['received', ...outcomes, 'sent', 'sendFailures', 'duration']

/** A line in the embedded metric format of CloudWatch. */
interface Line {
  readonly _aws: { readonly CloudWatchMetrics: readonly { readonly Metrics: readonly { readonly Name: string }[] }[] }
  readonly [name: string]: unknown
}

/** Checks the metrics of an invocation: only the graph names paths, because each new name costs money. */
export const noteMetrics = (world: World, text: string): void => {
  world.trace(`metrics: ${text.trim()}`)
  const invocation = current.getStore()
  if (invocation === undefined || invocation.metrics !== undefined) {
    violate(world, 'metrics', 'an invocation has two lines of metrics, or a line has no invocation')
    return
  }
  world.stats.metrics += 1
  const line = JSON.parse(text) as Line
  const names = line._aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name))
  const counts = Object.fromEntries(names.map((name) => [name, Number(line[name])]))
  invocation.metrics = counts
  const paths = world.scenario.paths.map((_, path) => pathName(path))
  const known = [...totals, ...['received', ...outcomes].flatMap((one) => paths.map((path) => `${one}.${path}`))]
  for (const name of names) if (!known.includes(name)) violate(world, 'metrics', `no path of the graph is in ${name}`)
  for (const end of ['', ...paths.map((path) => `.${path}`)]) {
    const sum = outcomes.reduce((all, outcome) => all + (counts[outcome + end] ?? 0), 0)
    if (sum !== (counts[`received${end}`] ?? 0))
      violate(world, 'metrics', `the outcomes${end} are not what was received`)
  }
  // A middleware in front of lpipe may have ended the invocation.
  if (counts['received'] !== invocation.sources.length && !invocation.hasInterference)
    violate(world, 'metrics', 'not all messages were counted')
}

/** The outcomes of a batch of a queue are counted as they are reported. */
export const checkOutcomes = (world: World, invocation: Invocation, reported: ReadonlySet<SourceRecord>): void => {
  const { metrics, sources, hasInterference } = invocation
  if (metrics === undefined || hasInterference || world.scenario.perRecord > 1) return
  const endOf = (source: (typeof sources)[number]): (typeof outcomes)[number] => {
    if (reported.has(source.record)) return 'failed'
    return expectedEnd(world, runOf(world, invocation, source)).end === 'drop' ? 'dropped' : 'succeeded'
  }
  const ends = sources.map(endOf)
  for (const outcome of outcomes) {
    const count = ends.filter((end) => end === outcome).length
    if (metrics[outcome] === count) continue
    violate(
      world,
      'metrics',
      `${count} messages of invocation ${invocation.number} ${outcome}, ${metrics[outcome]} counted`,
    )
  }
}
