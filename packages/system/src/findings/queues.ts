import { type Description, type FunctionDescription, type QueueReference, resourceId } from '../description.ts'
import { problemsBetween } from '../fits/index.ts'
import { pathNamed } from '../path-named.ts'
import { type Entry, entryOf, sendersTo } from '../picture.ts'
import { requirementsOf } from '../requirements.ts'
import type { Finding } from './finding.ts'
import { functionPlace, isDeclarable, placeOf } from './place.ts'

/** Queues, streams and topics without a receiver, and queues that only code names. */
export const unreadQueues = (description: Description): Finding[] =>
  description.resources.flatMap((resource): Finding[] => {
    const { type, name, declared } = resource
    const id = resourceId(resource)
    const senders = [...new Set(sendersTo(description, id).map(({ fn }) => fn.name))]
    if (!declared) {
      const sender = senders[0] ?? description.functions.find(({ deadLetter }) => deadLetter?.name === name)?.name ?? ''
      if (!isDeclarable(type)) {
        return [
          {
            severity: 'info',
            code: 'undeclared-queue',
            place: functionPlace(sender),
            message: `sends to ${type} \`${name}\`. A system declares SQS queues, Kinesis streams and SNS topics, so its receivers are not known`,
            fix: 'Check its receivers yourself',
          },
        ]
      }
      return [
        {
          severity: 'warning',
          code: 'undeclared-queue',
          place: functionPlace(sender),
          message: `sends to ${type} \`${name}\`, which the system does not declare`,
          fix: `Add \`${placeOf(resource)}\` to the system, or correct the name in \`queue()\``,
        },
      ]
    }
    if (isRead(description, id, name)) return []
    if (description.resources.some(({ subscriptions = [] }) => subscriptions.some(({ topic }) => topic === name)))
      return []
    const sent = senders.length === 0 ? '' : `, but ${senders.map((one) => `\`${one}\``).join(', ')} sends to it`
    return [
      {
        severity: 'warning',
        code: 'unread-queue',
        place: placeOf(resource),
        message: `${without[type] ?? 'no function of the system reads'} ${type} \`${name}\`${sent}. Its messages ${lost[type] ?? 'expire'}`,
        fix: 'Name it as `source` of a function, or remove it. If another system reads it, ignore this',
      },
    ]
  })

const without: Readonly<Record<string, string>> = { sns: 'no queue and no function of the system subscribes to' }
const lost: Readonly<Record<string, string>> = { sns: 'are lost' }

/** Dead letters are read by people. */
const isRead = ({ resources, functions }: Description, id: string, name: string): boolean =>
  functions.some(
    ({ sources, deadLetter }) =>
      sources.some((source) => resourceId(source) === id || source.onFailure === name) ||
      (deadLetter !== undefined && resourceId(deadLetter) === id),
  ) || resources.some(({ deadLetter }) => deadLetter?.queue === name)

/** Payloads that name a path which their own Lambda lacks, as far as types show them. */
export const unknownPayloads = ({ functions }: Description): Finding[] =>
  functions.flatMap((fn) => {
    const names = fn.paths.map(({ name }) => name)
    return fn.paths.flatMap(({ name, payloads }) =>
      payloads.flatMap(({ from, path }): Finding[] =>
        path === undefined || pathNamed(names, path) !== undefined
          ? []
          : [
              {
                severity: 'error',
                code: 'unknown-path',
                place: `${functionPlace(fn.name)}, path ${name}`,
                message: `\`${from}\` returns a payload for path ${path}, which \`${fn.name}\` does not have (paths: ${names.join(', ')}). Its message is dropped`,
                fix: `Add path ${path}, or correct the payload`,
              },
            ],
      ),
    )
  })

/** What queues promise about the paths and kwargs of their receivers. */
export const contracts = (description: Description): Finding[] =>
  description.functions.flatMap((sender) =>
    sender.queues.flatMap((reference) =>
      receiversOf(description, resourceId(reference)).flatMap((receiver) => contractOf(sender, reference, receiver)),
    ),
  )

/** The functions that read a queue, a stream or a topic: a topic also through the queues that subscribe to it. */
const receiversOf = ({ functions, resources }: Description, id: string): FunctionDescription[] => {
  const subscribed = resources.filter(({ subscriptions = [] }) =>
    subscriptions.some(({ topic }) => resourceId({ type: 'sns', name: topic }) === id),
  )
  const read = new Set([id, ...subscribed.map(resourceId)])
  return functions.filter(({ sources, known }) => known && sources.some((source) => read.has(resourceId(source))))
}

const contractOf = (
  sender: FunctionDescription,
  reference: QueueReference,
  receiver: FunctionDescription,
): Finding[] => {
  const entry = entryOf(receiver, reference)
  const place = functionPlace(sender.name)
  if ('problem' in entry) return [{ ...problemOf(entry, reference, receiver), place }]
  const { schema } = reference
  if (schema === undefined) return []
  return requirementsOf(receiver, entry.path).flatMap((required) =>
    problemsBetween(schema, required.schema).map(
      (problem): Finding => ({
        severity: 'error',
        code: 'contract',
        place,
        message: `what queue \`${reference.name}\` promises does not fit \`${required.name}\` on path ${entry.path} of \`${receiver.name}\`: ${problem}`,
        fix: `Change the \`schema\` of the queue, or ${required.of === 'function' ? 'the signature of ' : ''}\`${required.name}\``,
      }),
    ),
  )
}

type Problem = Extract<Entry, { readonly problem: unknown }>

const problemOf = (
  { problem }: Problem,
  reference: QueueReference,
  receiver: FunctionDescription,
): Omit<Finding, 'place'> => {
  const { name, path = '' } = reference
  const names = (receiver.entries ?? receiver.paths.map((one) => one.name)).join(', ') || 'none'
  const findings: Readonly<Record<Problem['problem'], Omit<Finding, 'place'>>> = {
    unknown: {
      severity: 'error',
      code: 'unknown-path',
      message: `queue \`${name}\` names path ${path}, which \`${receiver.name}\` does not have (paths: ${names}). Its messages are dropped`,
      fix: `Add path ${path} to \`${receiver.name}\`, or correct the \`path\` of the queue`,
    },
    'not an entry': {
      severity: 'error',
      code: 'unknown-path',
      message: `queue \`${name}\` names path ${path}, which is not one of the \`entries\` of \`${receiver.name}\` (${names}). Its messages are dropped`,
      fix: `Add ${path} to \`entries\` of \`${receiver.name}\`, or correct the \`path\` of the queue`,
    },
    ignored: {
      severity: 'error',
      code: 'ignored-path',
      message: `queue \`${name}\` has path ${path}, so it sends { path, kwargs }; \`${receiver.name}\` has \`defaultPath\` or \`call\`, so it takes the whole message for kwargs`,
      fix: `Remove \`path\` from the queue, or \`defaultPath\` from \`${receiver.name}\``,
    },
    missing: {
      severity: 'warning',
      code: 'missing-path',
      message: `queue \`${name}\` has no path, so it sends kwargs alone; \`${receiver.name}\` expects { path, kwargs }`,
      fix: `Set \`path\` of the queue to one of ${names}, or \`defaultPath\` of \`${receiver.name}\``,
    },
  }
  return findings[problem]
}
