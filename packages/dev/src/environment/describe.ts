import { check, describe, type Finding, system } from '@lpipe/system'
import type { System } from '@lpipe/system/tools'
import { importSystem } from './load.ts'
import { findPlaces, type Places } from './places.ts'
import { plainOptions } from './plain-options.ts'
import type { DescribedSystem, DescribeTask, Report } from './protocol.ts'

/**
 * Describes the system three times, each time better: without its handlers, so that the emulators can start; with their graphs; and
 * with the payloads that functions return, read from the sources.
 */
export const describeSystem = async (task: DescribeTask, report: (content: Report) => void): Promise<void> => {
  const imported = await importSystem(task.entry)
  const send = (described: Omit<DescribedSystem, 'queues' | 'streams' | 'topics' | 'functions'>): void =>
    report({ type: 'described', system: { ...plainOptions(imported), ...described } })

  const outline = await describe(withoutHandlers(imported))
  send({ description: outline, findings: [], places: {}, known: false, complete: false })

  const description = await describe(imported)
  const places = await findPlaces(task.file, description)
  send({
    description,
    findings: placed(check(description), places),
    places: places.ofNodes,
    known: true,
    complete: false,
  })

  const withPayloads = await describe(imported, { file: task.file })
  send({
    description: withPayloads,
    findings: placed(check(withPayloads), places),
    places: places.ofNodes,
    known: true,
    complete: true,
  })
}

const placed = (findings: readonly Finding[], { ofOption }: Places): DescribedSystem['findings'] =>
  findings.map((finding) => {
    const source = ofOption(finding.place)
    return { ...finding, ...(source === undefined ? {} : { source }) }
  })

/** Returns a system of the same shape whose handlers do nothing. */
const withoutHandlers = ({ queues, streams, topics, functions }: System): System =>
  system({
    queues,
    streams,
    topics,
    functions: Object.fromEntries(
      Object.entries(functions).map(([name, fn]) => [
        name,
        { ...fn, handler: 'handler', load: async () => ({ handler: () => undefined }) },
      ]),
    ),
  })
