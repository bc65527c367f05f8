import { createCircuit } from './circuit.ts'
import type { Scenario, TargetSpec } from './scenario.ts'
import type { Target } from './world.ts'

/** The URL of a queue in one of two accounts. */
export const queueUrl = (name: string, account = 0): string => `https://sqs.model/${account}/${name}`

/** Makes the targets of a run, one for each queue of the graph. */
export const createTargets = ({ targets }: Scenario): Target[] => {
  const made: Target[] = []
  for (const [index, spec] of targets.entries()) {
    const [first] = made
    if (first !== undefined && spec.relation === 'alias') {
      first.aliases += 1
      first.isNamed ||= isNamed(targets, index, first)
      made.push(first)
    } else {
      const hasTwin =
        first === undefined || first.kind === 'kinesis' || made.some(({ key }) => key === queueUrl(first.name, 1))
      made.push(createTarget(spec, index, hasTwin ? undefined : first))
    }
  }
  return made
}

/** Whether a queue of the graph is given by its name. A twin has a URL; an alias is the first queue, named the other way. */
export const isNamed = (targets: readonly TargetSpec[], index: number, { key, name, kind }: Target): boolean => {
  if (kind === 'kinesis' || key !== queueUrl(name)) return false
  const isAlias = index > 0 && targets[index]?.relation === 'alias'
  return isAlias ? !targets[0]?.byName : targets[index]?.byName === true
}

const createTarget = (spec: TargetSpec, index: number, first: Target | undefined): Target => {
  const isTwin = spec.relation === 'twin' && first !== undefined
  const kind = isTwin ? first.kind : spec.kind
  const name = isTwin ? first.name : `target${index}${kind === 'fifo' ? '.fifo' : ''}`
  return {
    key: kind === 'kinesis' ? name : queueUrl(name, isTwin ? 1 : 0),
    name,
    kind,
    strictOrder: spec.strictOrder && kind !== 'standard',
    computed: spec.computed,
    ownLimit: spec.ownLimit,
    path: spec.hasPath ? 'NEXT' : undefined,
    down: spec.down,
    isDeadLetter: false,
    isNamed: !isTwin && spec.byName && kind !== 'kinesis',
    aliases: 1,
    accepted: new Map(),
    circuit: createCircuit(),
  }
}

/** Makes the target of dead letters. */
export const createDeadLetters = ({ options: { deadLetter } }: Scenario): Target => {
  const isFifo = deadLetter === 'fifo'
  const name = `dead-letters${isFifo ? '.fifo' : ''}`
  return {
    key: queueUrl(name),
    name,
    kind: isFifo ? 'fifo' : 'standard',
    strictOrder: false,
    computed: false,
    ownLimit: null,
    path: undefined,
    down: 'no',
    isDeadLetter: true,
    isNamed: true,
    aliases: 1,
    accepted: new Map(),
    circuit: createCircuit(),
  }
}
