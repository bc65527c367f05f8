import { check, describe } from '@lpipe/system'
import type { System } from '@lpipe/system/tools'
import { importSystem } from './load.ts'
import { findPlaces } from './places.ts'
import type { DescribedFunction, DescribedSystem, DescribeTask, Report } from './protocol.ts'

/** Describes the system twice: at once, and again when the payloads that functions return are read from the sources. */
export const describeSystem = async (task: DescribeTask, report: (content: Report) => void): Promise<void> => {
  const system = await importSystem(task.entry)
  const tell = async (file: string | undefined): Promise<void> => {
    const description = await describe(system, file === undefined ? {} : { file })
    const findings = check(description)
    const places = file === undefined ? undefined : await findPlaces(file, description)
    const described: DescribedSystem = {
      ...plainOptions(system),
      description,
      findings: findings.map((finding) => {
        const source = places?.ofOption(finding.place)
        return { ...finding, ...(source === undefined ? {} : { source }) }
      }),
      places: places?.ofNodes ?? {},
      complete: file !== undefined,
    }
    report({ type: 'described', system: described })
  }
  await tell(undefined)
  await tell(task.file)
}

const plainOptions = ({
  queues,
  streams,
  functions,
}: System): Pick<DescribedSystem, 'queues' | 'streams' | 'functions'> => ({
  queues,
  streams,
  functions: Object.fromEntries(
    Object.entries(functions).map(([name, { load: _, ...settings }]): [string, DescribedFunction] => [name, settings]),
  ),
})
