import { type Description, type FunctionDescription, resourceId } from '../description.ts'
import type { Finding } from './finding.ts'
import { functionPlace, placeOf, resourceIn } from './place.ts'

/** Settings of queues and event source mappings. */
export const settings = (description: Description): Finding[] => [
  ...description.functions.flatMap((fn) => [
    ...unknownGraph(fn),
    ...visibilityTimeouts(description, fn),
    ...partialFailures(fn),
    ...lostOrder(description, fn),
    ...maximumConcurrencies(fn),
  ]),
  ...deadLetters(description),
]

const unknownGraph = ({ name, known }: FunctionDescription): Finding[] =>
  known
    ? []
    : [
        {
          severity: 'info',
          code: 'unknown-graph',
          place: functionPlace(name),
          message:
            'its module made no graph with `lpipe()` or `pathRouter()` while it was imported, so its paths are not known',
          fix: 'If it has a graph, let nothing but `load` import its module; `lpipe graph` runs in a process of its own',
        },
      ]

/** @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const visibilityTimeouts = ({ resources }: Description, { name, timeout, sources }: FunctionDescription): Finding[] =>
  sources.flatMap((source) => {
    const { visibilityTimeout } = resourceIn(resources, resourceId(source)) ?? {}
    const least = Math.ceil(6 * timeout + source.window)
    if (visibilityTimeout === undefined || visibilityTimeout >= least) return []
    return [
      {
        severity: 'warning',
        code: 'visibility-timeout',
        place: placeOf(source),
        message: `its visibility timeout is ${visibilityTimeout} s. AWS recommends six times the timeout of \`${name}\` (${timeout} s) plus the batching window (${source.window} s): ${least} s. Messages of throttled batches are received again too early, and may reach the dead-letter queue untried`,
        fix: `Set \`visibilityTimeout: ${least}\``,
      },
    ]
  })

/** @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
const partialFailures = ({ name, sources, known, options }: FunctionDescription): Finding[] =>
  sources.flatMap((source): Finding[] => {
    if (!known || source.reportBatchItemFailures || !polledTypes.has(source.type)) return []
    const deletes = options['partialFailures'] === 'delete'
    if (deletes && source.onFailure === undefined && queueTypes.has(source.type)) return []
    return [
      {
        severity: 'error',
        code: 'partial-failures',
        place: `${functionPlace(name)}.source`,
        message: deletes
          ? `\`partialFailures: 'delete'\` of \`${name}\` cannot delete from ${source.type} \`${source.name}\`, and without \`reportBatchItemFailures\` Lambda takes every response for success`
          : `without \`reportBatchItemFailures\` Lambda takes every response of \`${name}\` for success, so that failed messages are lost`,
        fix: deletes
          ? 'Set `reportBatchItemFailures: true`'
          : "Set `reportBatchItemFailures: true`, or for a queue `partialFailures: 'delete'` of lpipe()",
      },
    ]
  })

/** The types that Lambda polls, and that take failures in responses. */
const polledTypes: ReadonlySet<string> = new Set(['sqs', 'kinesis'])

/** The types whose messages a receiver can delete. */
const queueTypes: ReadonlySet<string> = new Set(['sqs'])

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_ScalingConfig.html */
const maximumConcurrencies = ({ name, sources }: FunctionDescription): Finding[] =>
  sources
    .filter(({ type, concurrency }) => queueTypes.has(type) && concurrency === 1)
    .map((source) => ({
      severity: 'warning',
      code: 'maximum-concurrency',
      place: `${functionPlace(name)}.source`,
      message: `\`maximumConcurrency: 1\` of queue \`${source.name}\` works on a laptop; Lambda refuses less than 2`,
      fix: 'Leave it out: then a laptop processes one batch at once, and Lambda begins with five. For one batch at once in Lambda, use a FIFO queue with one message group',
    }))

/** Messages that leave a FIFO queue in order, and go on to a standard queue. */
const lostOrder = ({ resources }: Description, { name, sources, queues }: FunctionDescription): Finding[] => {
  const ordered = sources.find((source) => resourceIn(resources, resourceId(source))?.fifo)
  if (ordered === undefined) return []
  const targets = queues.filter((queue) => resourceIn(resources, resourceId(queue))?.fifo === false)
  return [...new Set(targets.map((queue) => queue.name))].map((target) => ({
    severity: 'warning',
    code: 'lost-order',
    place: functionPlace(name),
    message: `\`${name}\` is fed in order by FIFO queue \`${ordered.name}\`, and sends to the standard queue \`${target}\`, which has no order`,
    fix: `If the order matters, use a FIFO queue: \`${target}.fifo\``,
  }))
}

const deadLetters = ({ resources, functions }: Description): Finding[] =>
  resources.flatMap((resource): Finding[] => {
    const { name, deadLetter, fifo } = resource
    const isSource = functions.some(({ sources }) =>
      sources.some((source) => resourceId(source) === resourceId(resource)),
    )
    if (deadLetter === undefined) {
      if (!isSource || resource.visibilityTimeout === undefined) return []
      return [
        {
          severity: 'info',
          code: 'no-dead-letter-queue',
          place: placeOf(resource),
          message: 'it has no dead-letter queue: a message that always fails is received again until it expires',
          fix: 'Set `deadLetter: { queue, maxReceiveCount: 5 }`',
        },
      ]
    }
    const target = resources.find((one) => one.type === resource.type && one.name === deadLetter.queue)
    const isSelf = deadLetter.queue === name
    if (!isSelf && target !== undefined && target.fifo === fifo) return []
    return [
      {
        severity: 'error',
        code: 'dead-letter-queue',
        place: `${placeOf(resource)}.deadLetter.queue`,
        message: isSelf
          ? 'the queue is its own dead-letter queue'
          : `\`${deadLetter.queue}\` must be a ${fifo ? 'FIFO' : 'standard'} queue of this system, as \`${name}\` is`,
        fix: 'Name another queue of the same kind',
      },
    ]
  })
