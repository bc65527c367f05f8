/** The test files of one package that may find a mutant. */
export interface Stage {
  readonly folder: string
  /** Only the files of this folder. Default: all. */
  readonly only?: string
  readonly without?: readonly string[]
}

const core = (only: string): Stage => ({ folder: 'packages/core', only })
const chain: Stage = { folder: 'packages/payload-chain' }
const router: Stage = { folder: 'packages/path-router' }
const response: Stage = { folder: 'packages/batch-response' }

/** Without the tests that check types, pictures and libraries. */
const preset: Stage = {
  folder: 'packages/lpipe-preset',
  without: ['graph-errors', 'mermaid', 'logger-libraries', 'composability', 'secrets'].map((name) => `${name}.test.ts`),
}

const senders: readonly Stage[] = ['sqs', 'sns', 'kinesis', 'eventbridge'].map((name) => ({
  folder: `packages/queue-${name}`,
}))
const sender = (name: string): readonly Stage[] => [{ folder: `packages/${name}` }, preset]

/** The sources that are broken, and the tests that can see them: those of the own package first, in the order given. */
export const plan: Readonly<Record<string, readonly Stage[]>> = {
  'packages/core/src/outbox': [core('outbox/'), chain, { folder: 'packages/queue-sqs' }, preset],
  'packages/core/src/batch': [core('batch/'), chain, response, router, preset],
  'packages/core/src/aws': [core('aws/'), ...senders],
  'packages/path-router/src': [router, chain, preset],
  'packages/payload-chain/src': [chain, preset],
  'packages/batch-response/src': [response, chain, preset],
  'packages/queue-sqs/src': sender('queue-sqs'),
  'packages/queue-sns/src': sender('queue-sns'),
  'packages/queue-kinesis/src': sender('queue-kinesis'),
  'packages/queue-eventbridge/src': sender('queue-eventbridge'),
}

/** Returns the folder of sources that a file belongs to, and its tests. */
const entryOf = (file: string): readonly [folder: string, stages: readonly Stage[]] => {
  const entry = Object.entries(plan).find(([folder]) => file.startsWith(`${folder}/`))
  if (entry === undefined) throw new Error(`${file} is in no folder of the plan`)
  return entry
}

const isOf = ({ folder, only = '', without = [] }: Stage, test: string): boolean =>
  test.startsWith(`${folder}/test/${only}`) && !without.some((name) => test.endsWith(`/${name}`))

/** Returns the test files of the plan. */
export const plannedTests = (files: readonly string[]): readonly string[] => {
  const stages = Object.values(plan).flat()
  return files.filter((file) => file.endsWith('.test.ts') && stages.some((stage) => isOf(stage, file)))
}

/**
 * Returns the test files for a source file, in the order in which they run: stage by stage. In a stage the file that bears the
 * name of the source file comes first, then the cheapest.
 */
export const testsFor = (source: string, millisOf: ReadonlyMap<string, number>): readonly string[] => {
  const [folder, stages] = entryOf(source)
  const named = `${source.slice(folder.length).replace(/\.ts$/, '')}.test.ts`
  const cost = (test: string): number => (test.endsWith(named) ? -1 : (millisOf.get(test) ?? 0))
  return stages.flatMap((stage) =>
    [...millisOf.keys()].filter((test) => isOf(stage, test)).sort((one, other) => cost(one) - cost(other)),
  )
}
