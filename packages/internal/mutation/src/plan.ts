/** The tests of one package, run in one process of Jest. */
export interface Stage {
  readonly folder: string
  readonly tests: readonly string[]
}

/** Tests of the preset that run the engine. The others check types, pictures and libraries. */
const preset: Stage = {
  folder: 'packages/lpipe-preset',
  tests: ['lpipe', 'dead-letters', 'queue', 'response-guard', 'source-queue', 'sources', 'hostile', 'bad-input'].map(
    (name) => `test/${name}.test.ts`,
  ),
}
const chain: Stage = { folder: 'packages/payload-chain', tests: ['test/'] }
const own = (folder: string, ...tests: readonly string[]): Stage => ({
  folder,
  tests: tests.length ? tests : ['test/'],
})

/** The sources that are broken, and the tests that must fail: the most likely ones first. */
export const plan: Readonly<Record<string, readonly Stage[]>> = {
  'packages/core/src/outbox': [own('packages/core', 'test/outbox'), chain, preset],
  'packages/core/src/batch': [own('packages/core', 'test/batch'), chain, own('packages/batch-response'), preset],
  'packages/path-router/src': [own('packages/path-router'), chain, preset],
  'packages/payload-chain/src': [chain, preset],
  'packages/batch-response/src': [own('packages/batch-response'), chain, preset],
  'packages/queue-sqs/src': [own('packages/queue-sqs'), chain, preset],
  'packages/queue-kinesis/src': [own('packages/queue-kinesis'), chain, preset],
}
