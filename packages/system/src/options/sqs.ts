import { checkDeclared, checkInteger, checkMembers, checkValue, invalid, pathTo } from './check-values.ts'
import { isFifo } from './names.ts'
import { checkSharedOptions, sharedSourceOptions } from './shared-source.ts'
import { checkSubscriptions } from './sns.ts'
import type { SourceKind } from './source-kind.ts'
import { defaultTimeout, defaultVisibilityTimeout, type QueueSource, type SystemQueue } from './types.ts'

/** The attributes of `CreateQueue`, without those that `SystemQueue` has an option for. */
const attributes = [
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'Policy',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
  'SqsManagedSseEnabled',
]
const fifoAttributes = ['ContentBasedDeduplication', 'DeduplicationScope', 'FifoQueue', 'FifoThroughputLimit']

const checkAttributes = (path: string, name: string, given: Readonly<Record<string, string>>): void => {
  checkMembers(path, given, isFifo(name) ? [...attributes, ...fifoAttributes] : attributes)
  for (const [attribute, value] of Object.entries(given)) {
    checkValue(typeof value === 'string', pathTo(path, attribute), 'a string', value)
  }
  if (given['FifoThroughputLimit'] === 'perMessageGroupId' && given['DeduplicationScope'] !== 'messageGroup') {
    invalid(
      `\`${path}.FifoThroughputLimit\` of perMessageGroupId requires \`DeduplicationScope: 'messageGroup'\`, as in SQS`,
    )
  }
}

/** Checks queues and their event source mappings as AWS does when it creates them. */
export const queueKind: SourceKind = {
  option: 'queues',
  member: 'queue',

  checkResource(path, name, queue: SystemQueue, options) {
    if (name.length > 80 || !/^[\w-]+(?:\.fifo)?$/.test(name)) {
      invalid(
        `\`${path}\` must have a name of 1 to 80 letters, digits, hyphens and underscores, with \`.fifo\` at the end of a FIFO queue, as SQS requires`,
      )
    }
    checkMembers(path, queue, ['visibilityTimeout', 'delay', 'deadLetter', 'attributes', 'subscriptions'])
    checkInteger(`${path}.visibilityTimeout`, queue.visibilityTimeout ?? defaultVisibilityTimeout, 0, 43_200)
    checkInteger(`${path}.delay`, queue.delay ?? 0, 0, 900)
    if (queue.attributes !== undefined) checkAttributes(`${path}.attributes`, name, queue.attributes)
    if (queue.subscriptions !== undefined) {
      checkSubscriptions(`${path}.subscriptions`, name, queue.subscriptions, options)
    }
    const { deadLetter } = queue
    const { queues = {} } = options
    if (deadLetter === undefined) return
    checkMembers(`${path}.deadLetter`, deadLetter, ['queue', 'maxReceiveCount'])
    checkDeclared(`${path}.deadLetter.queue`, deadLetter.queue, 'queues', queues)
    checkValue(deadLetter.queue !== name, `${path}.deadLetter.queue`, 'another queue', deadLetter.queue)
    checkInteger(`${path}.deadLetter.maxReceiveCount`, deadLetter.maxReceiveCount, 1, 1000)
    if (isFifo(name) !== isFifo(deadLetter.queue)) {
      invalid(
        `\`${path}.deadLetter.queue\` must be a ${isFifo(name) ? 'FIFO' : 'standard'} queue, as \`${path}\` is; received ${JSON.stringify(deadLetter.queue)}`,
      )
    }
  },

  checkSource(path, source: QueueSource, { timeout = defaultTimeout }, { queues = {} }) {
    const { queue, batchSize = 10, maximumBatchingWindowInSeconds: window = 0 } = source
    checkMembers(path, source, ['queue', 'maximumConcurrency', ...sharedSourceOptions])
    checkDeclared(`${path}.queue`, queue, 'queues', queues)
    checkInteger(`${path}.batchSize`, batchSize, 1, 10_000)
    checkInteger(`${path}.maximumConcurrency`, source.maximumConcurrency ?? 1, 1, 1000)
    checkInteger(`${path}.retryAfterSeconds`, source.retryAfterSeconds ?? 0, 0, 43_200)
    checkSharedOptions(path, source, 'body')
    if (isFifo(queue) && batchSize > 10)
      invalid(`\`${path}.batchSize\` must be at most 10 for a FIFO queue, received ${batchSize}`)
    if (isFifo(queue) && window > 0) {
      invalid(`\`${path}.maximumBatchingWindowInSeconds\` must be 0 for a FIFO queue, received ${window}`)
    }
    if (batchSize > 10 && window < 1) {
      invalid(
        `\`${path}.batchSize\` above 10 requires \`maximumBatchingWindowInSeconds\` of at least 1, received ${window}`,
      )
    }
    const { visibilityTimeout = defaultVisibilityTimeout } = queues[queue] ?? {}
    if (visibilityTimeout < timeout) {
      invalid(
        `the visibility timeout of queue \`${queue}\` (${visibilityTimeout} s) must not be shorter than the timeout of the function (${timeout} s), as Lambda requires; AWS recommends six times the timeout`,
      )
    }
  },
}
