import { countEach, deadLetterText, endsWell, entryKey, expectedEntries, expectedRun } from '../expected-run.ts'
import { type SourceMessage, type Target, violate, type World } from '../world.ts'
import { keepsNoOrder } from './begin.ts'

/** Checks what can be said only when all is over. */
export const checkEnd = (world: World): void => {
  for (const { number, ends } of world.records) {
    if (ends.length !== 1) violate(world, 'one end', `record ${number} has ended ${ends.length} times`)
  }
  checkOnce(world)
  if (keepsNoOrder(world)) return
  for (const target of new Set(world.targets)) checkOrder(world, target)
}

/** Nothing arrives that no run sent, and through a FIFO queue nothing twice, whatever was retried or delivered again. */
const checkOnce = (world: World): void => {
  const letter = entryKey(world.deadLetters, deadLetterText)
  for (const source of world.sources) {
    const allowed = new Map<string, number>()
    for (const invocation of world.invocations) {
      const run = invocation.runs.get(source)
      if (run === undefined || !endsWell(world, invocation, source.record)) continue
      for (const [key, count] of expectedEntries(world, run)) {
        // Each try of a record may drop another one of its messages.
        const most = key === letter ? source.record.messages.length : count
        allowed.set(key, Math.max(most, allowed.get(key) ?? 0))
      }
    }
    const arrived = world.arrivals.filter((one) => one.source === source)
    for (const [key, count] of countEach(arrived.map(({ target, text }) => `${target} ${text}`))) {
      const most = allowed.get(key) ?? 0
      const target = [...world.targets, world.deadLetters].find((one) => key.startsWith(`${one.key} `))
      if (most === 0 || (target?.kind === 'fifo' && count > most)) {
        violate(world, 'once', `message ${source.number}: ${count} arrived and ${most} should: ${key}`)
      }
    }
  }
}

const checkOrder = (world: World, target: Target): void => {
  const { scenario } = world
  const { kind, key, strictOrder } = target
  if (kind === 'standard' || (world.unordered.has(target) && !strictOrder)) return
  const functions = scenario.paths.flatMap(({ actions }) => actions.flatMap((action) => action.functions))
  const variations = functions.map(({ varies }) => varies)
  // What only a later try sends comes late. In another order a message may send more before it is dropped.
  if (variations.includes('content') || variations.includes('count')) return
  if (variations.includes('order') && functions.some(({ fate }) => fate === 'drop' || fate === 'unknown')) return
  const isFirst = (text: string, index: number, list: readonly string[]): boolean =>
    kind === 'fifo' || list.indexOf(text) === index
  const arrivals = world.arrivals.filter(({ target: to, source }) => to === key && !world.droppedLate.has(source))

  for (const [orderingKey, ofKey] of Map.groupBy(arrivals, (arrival) => arrival.orderingKey ?? '')) {
    for (const [source, ofSource] of Map.groupBy(ofKey, (arrival) => arrival.source)) {
      if ((kind === 'kinesis' && !target.computed) || variations.includes('order') || scenario.deployAt !== null)
        continue
      const texts = ofSource.map(({ text }) => text).filter(isFirst)
      const expected = expectedTexts(world, source, target).filter(isFirst)
      if (texts.some((text, index) => text !== expected[index])) {
        violate(world, 'order', `what message ${source.number} sent arrived in another order at ${key} ${orderingKey}`)
      }
    }
    for (const [group, ofGroup] of Map.groupBy(ofKey, ({ source }) => source.record.group)) {
      if (group === undefined) continue
      const keys = ofGroup.map(({ source, text }) => `${source.number} ${text}`)
      const firsts = ofGroup.filter((_, index) => isFirst(keys[index] ?? '', index, keys))
      for (const [index, { source }] of firsts.entries()) {
        const before = firsts[index - 1]?.source
        if (before !== undefined && before.number > source.number) {
          violate(world, 'order', `message ${source.number} arrived after ${before.number} at ${key} ${orderingKey}`)
        }
      }
    }
  }
}

/** Returns what a message sends to a target, in order: by its run that sent most. */
const expectedTexts = (world: World, source: SourceMessage, target: Target): readonly string[] =>
  world.invocations
    .flatMap(({ runs }) => runs.get(source) ?? [])
    .map((run) => expectedRun(world, run).sent.filter((one) => world.targets[one.target] === target))
    .map((sent) => sent.map(({ text }) => text))
    .reduce((longest, one) => (one.length > longest.length ? one : longest), [])
