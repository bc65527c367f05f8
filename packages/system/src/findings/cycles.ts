import { type Description, resourceId } from '../description.ts'
import { pathNamed } from '../path-named.ts'
import { functionId, type PictureEdge, pictureOf } from '../picture.ts'
import type { Finding } from './finding.ts'
import { functionPlace } from './place.ts'

/** A step of a message: from a path or a Lambda to another one, through a queue if it leaves the Lambda. */
interface Step {
  readonly to: string
  readonly via: string | undefined
}

/** Types of queues through which Lambda detects recursive loops. */
const detected: ReadonlySet<string> = new Set(['sqs', 'sns'])

/**
 * Cycles through queues: a path that feeds itself. Cycles within a Lambda are bounded by `maxSteps`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */
export const cycles = (description: Description): Finding[] => {
  const steps = stepsOf(description)
  const reported = new Set<string>()
  const findings: Finding[] = []
  for (const start of steps.keys()) {
    const reached = reachableFrom(steps, start)
    // Paths that reach each other are on the same cycles: one of these is enough.
    if ([...reported].some((other) => reached.has(other) && reachableFrom(steps, other).has(start))) continue
    const cycle = cycleFrom(steps, start)
    if (cycle === undefined) continue
    reported.add(start)
    findings.push(findingOf(description, cycle))
  }
  return findings
}

/** Returns the nodes that messages reach from a node, itself included. */
const reachableFrom = (steps: ReadonlyMap<string, readonly Step[]>, start: string): ReadonlySet<string> => {
  const found = new Set([start])
  for (const one of found) for (const { to } of steps.get(one) ?? []) found.add(to)
  return found
}

/** Returns the steps that a message may take from each node. */
const stepsOf = (description: Description): ReadonlyMap<string, readonly Step[]> => {
  const { nodes, edges } = pictureOf(description)
  const isResource = new Set(nodes.filter(({ kind }) => kind === 'resource').map(({ id }) => id))
  const steps = new Map<string, Step[]>()
  const add = (from: string, to: string, via?: string): void => {
    steps.set(from, [...(steps.get(from) ?? []), { to, via }])
  }
  for (const { from, to, kind, label } of edges) {
    if (!['action', 'payload', 'queue'].includes(kind)) continue
    if (isResource.has(to)) for (const receiver of receiversOf(edges, to, label)) add(from, receiver, to)
    else add(from, to)
  }
  // A message that names its path may run every path of its Lambda, and a queue that no path is known to send to may be sent to by every path.
  for (const { id, parent } of nodes) {
    if (parent === undefined) continue
    add(parent, id)
    for (const step of steps.get(parent) ?? []) if (step.via !== undefined) add(id, step.to, step.via)
  }
  return steps
}

/** Returns what a queue or a topic delivers to: paths, and Lambdas whose paths are not known. */
const receiversOf = (edges: readonly PictureEdge[], resource: string, label: string | undefined): readonly string[] => {
  // A topic delivers through the queues that subscribe to it.
  const via = new Set([
    resource,
    ...edges.filter(({ kind, from }) => kind === 'subscription' && from === resource).map(({ to }) => to),
  ])
  const sources = edges.filter(({ kind, from }) => kind === 'source' && via.has(from)).map(({ to }) => to)
  return sources.filter((to) => {
    // The path of the queue says which path of the receiver runs.
    const [, path] = /^path:[^/]*\/(.*)$/s.exec(to) ?? []
    return label === undefined || path === undefined || pathNamed([path], label) !== undefined
  })
}

/** Returns the shortest way from a path back to itself that leads through a queue: its nodes and queues, the first again at the end. */
const cycleFrom = (steps: ReadonlyMap<string, readonly Step[]>, start: string): readonly string[] | undefined => {
  const queue: { readonly at: string; readonly way: readonly string[]; readonly left: boolean }[] = [
    { at: start, way: [start], left: false },
  ]
  const visited = new Set<string>()
  for (const { at, way, left } of queue) {
    for (const { to, via } of steps.get(at) ?? []) {
      const hasLeft = left || via !== undefined
      const next = [...way, ...(via === undefined ? [] : [via]), to]
      if (to === start && hasLeft) return next
      const key = `${to} ${hasLeft}`
      if (visited.has(key)) continue
      visited.add(key)
      queue.push({ at: to, way: next, left: hasLeft })
    }
  }
  return undefined
}

const findingOf = ({ functions, resources }: Description, cycle: readonly string[]): Finding => {
  const shown = cycle.map((id) => id.replace(/^(?:path|function):/, '').replace('/', ' ')).join(' > ')
  const passed = functions.filter(({ name }) =>
    cycle.some((id) => id === functionId(name) || id.startsWith(`path:${name}/`)),
  )
  const first = passed[0]?.name ?? ''
  // Each Lambda compares the queues that a message has passed with its own `maxHops`.
  const hops = Math.min(...passed.map(({ options }) => Number(options['maxHops'] ?? 10)))
  const types = resources.filter((one) => cycle.includes(resourceId(one))).map(({ type }) => type)
  const isDetected = types.every((type) => detected.has(type))
  // Lambda stops a function of its own setting, whatever those of the other functions are.
  const stopped = passed.filter(({ recursiveLoop }) => recursiveLoop !== 'Allow').map(({ name }) => `\`${name}\``)
  const isAllowed = isDetected && stopped.length === 0
  const lambda = isDetected
    ? isAllowed
      ? "Lambda lets a message go round (`recursiveLoop: 'Allow'`)"
      : 'Lambda stops a message after about 16 rounds through the same function (`RecursiveLoop: Terminate`, its default)'
    : 'Lambda does not detect loops through this type of queue'
  return {
    severity: isAllowed ? 'info' : 'warning',
    code: 'cycle',
    place: functionPlace(first),
    message: `messages can go round in a cycle: ${shown}. ${lambda}; lpipe fails it after \`maxHops\` (${hops}) queues`,
    fix:
      isDetected && !isAllowed
        ? `End the cycle in the code after few rounds. If more than 16 are needed, set \`recursiveLoop: 'Allow'\` of ${stopped.join(', ')} (\`RecursiveLoop: Allow\` in the deployment) and raise \`maxHops\``
        : 'End the cycle in the code, and keep `maxHops` low',
  }
}
