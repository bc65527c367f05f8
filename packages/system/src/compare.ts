import { type Description, type FunctionDescription, resourceId } from './description.ts'
import type { Finding } from './findings/finding.ts'
import { sorted } from './findings/index.ts'
import { functionPlace, placeOf } from './findings/place.ts'
import { problemsBetween } from './fits/index.ts'
import { pathNamed } from './path-named.ts'
import { requirementsOf } from './requirements.ts'

/**
 * Compares the contracts of two versions of a system: does the new one take the messages that are still on its queues? Errors are
 * removed or renamed queues, removed paths and narrowed schemas; new paths and queues are listed too.
 *
 * @param before what `describe()` returned for the version that is deployed
 * @param after what it returns now
 * @returns findings, errors first; empty if no contract changed
 * @example
 * const deployed = JSON.parse(await readFile('deployed.json', 'utf8'))
 * const breaking = compare(deployed, await describe(theSystem)).filter(({ severity }) => severity === 'error')
 */
export const compare = (before: Description, after: Description): Finding[] =>
  sorted([
    ...readQueues(before).flatMap((queue) => queueChanges(before, after, queue)),
    ...readQueues(after)
      .filter((queue) => receiversOf(before, queue.id).length === 0)
      .map(
        (queue): Finding => ({
          severity: 'info',
          code: 'added-queue',
          place: placeOf(queue),
          message: `${queue.type} \`${queue.name}\` is read now`,
          fix: 'Nothing to do',
        }),
      ),
  ])

const withoutMessages: ReadonlySet<string> = new Set(['sns'])

interface ReadQueue {
  readonly id: string
  readonly type: string
  readonly name: string
}

/** Queues and streams, on which messages wait. A topic holds none. */
const readQueues = ({ functions }: Description): ReadQueue[] => [
  ...new Map(
    functions.flatMap(({ sources }) =>
      sources
        .filter(({ type }) => !withoutMessages.has(type))
        .map(({ type, name }) => {
          const id = resourceId({ type, name })
          return [id, { id, type, name }] as const
        }),
    ),
  ).values(),
]

const receiversOf = ({ functions }: Description, id: string): FunctionDescription[] =>
  functions.filter(({ sources }) => sources.some((source) => resourceId(source) === id))

const queueChanges = (before: Description, after: Description, queue: ReadQueue): Finding[] => {
  const receivers = receiversOf(after, queue.id)
  const earlier = receiversOf(before, queue.id)
  if (receivers.length === 0) return [removedQueue(before, after, queue, earlier)]
  // Each of several receivers of a stream receives every message: they are compared by name.
  return earlier.flatMap((old) => {
    const same = receivers.find(({ name }) => name === old.name) ?? receivers[0]
    return same === undefined ? [] : receiverChanges(old, same, queue)
  })
}

const removedQueue = (
  before: Description,
  after: Description,
  queue: ReadQueue,
  earlier: readonly FunctionDescription[],
): Finding => {
  const names = new Set(earlier.map(({ name }) => name))
  const renamed = readQueues(after).find(
    ({ id, type }) =>
      type === queue.type &&
      receiversOf(before, id).length === 0 &&
      receiversOf(after, id).some(({ name }) => names.has(name)),
  )
  return {
    severity: 'error',
    code: renamed === undefined ? 'removed-queue' : 'renamed-queue',
    place: placeOf(queue),
    message: `${queue.type} \`${queue.name}\` is not read any more${
      renamed === undefined ? '' : `; \`${renamed.name}\` is read instead`
    }. The messages that are still on it are lost when they expire`,
    fix: 'Keep a function that reads it until it is empty, then remove it',
  }
}

const entriesOf = (fn: FunctionDescription): readonly string[] =>
  fn.defaultPath === undefined ? (fn.entries ?? fn.paths.map(({ name }) => name)) : [fn.defaultPath]

const receiverChanges = (old: FunctionDescription, now: FunctionDescription, queue: ReadQueue): Finding[] => {
  const place = functionPlace(now.name)
  const unknown = [old, now].find(({ known }) => !known)
  if (unknown !== undefined) {
    return [
      {
        severity: 'warning',
        code: 'unknown-graph',
        place,
        message: `the paths of \`${unknown.name}\` are not known in the ${unknown === now ? 'new' : 'deployed'} version, so what it does with messages of \`${queue.name}\` cannot be compared`,
        fix: 'Compare them yourself',
      },
    ]
  }
  if ((old.defaultPath === undefined) !== (now.defaultPath === undefined)) {
    const has = now.defaultPath !== undefined
    return [
      {
        severity: 'error',
        code: 'changed-format',
        place,
        message: `\`${now.name}\` ${has ? 'takes the whole message for kwargs now' : 'expects { path, kwargs } now'}; the messages that are still on \`${queue.name}\` ${has ? 'are { path, kwargs }' : 'are kwargs alone'}`,
        fix: 'Deploy a function and a queue beside the old ones, and remove those when the old queue is empty',
      },
    ]
  }
  const accepted = entriesOf(now)
  const changes = entriesOf(old).flatMap((path): Finding[] => {
    const found = old.defaultPath === undefined ? pathNamed(accepted, path) : now.defaultPath
    if (found !== undefined) return narrowed(old, now, path, found, queue)
    return [
      {
        severity: 'error',
        code: 'removed-path',
        place,
        message: `\`${now.name}\` has no path ${path} for messages any more (paths: ${accepted.join(', ') || 'none'}); those that are still on \`${queue.name}\` are dropped`,
        fix: `Keep path ${path} until no message on \`${queue.name}\` names it`,
      },
    ]
  })
  const added = accepted.filter(
    (path) => old.defaultPath === undefined && pathNamed(entriesOf(old), path) === undefined,
  )
  return [
    ...changes,
    ...added.map(
      (path): Finding => ({
        severity: 'info',
        code: 'added-path',
        place,
        message: `\`${now.name}\` has the new path ${path}`,
        fix: 'Deploy it before its senders',
      }),
    ),
  ]
}

/** A message on the queue was accepted by all earlier signatures: the new ones must accept it too. */
const narrowed = (
  old: FunctionDescription,
  now: FunctionDescription,
  path: string,
  found: string,
  queue: ReadQueue,
): Finding[] => {
  const earlier = requirementsOf(old, path)
  return requirementsOf(now, found).flatMap(({ name, schema }): Finding[] => {
    const place = `${functionPlace(now.name)}, path ${found}`
    if (earlier.length === 0) {
      return [
        {
          severity: 'warning',
          code: 'added-schema',
          place,
          message: `\`${name}\` has a signature now; messages that are still on \`${queue.name}\` may not fit it`,
          fix: 'Check what the senders of the queue have sent',
        },
      ]
    }
    const compared = earlier.filter((one) => one.name === name)
    const results = (compared.length > 0 ? compared : earlier).map((one) => problemsBetween(one.schema, schema))
    if (results.some((problems) => problems.length === 0)) return []
    return (results[0] ?? []).map((problem) => ({
      severity: 'error',
      code: 'narrowed-schema',
      place,
      message: `\`${name}\` refuses messages that it accepted before: ${problem}. Those that are still on \`${queue.name}\` are dropped`,
      fix: 'Accept both until the queue is empty, for example with an optional member or a default',
    }))
  })
}
