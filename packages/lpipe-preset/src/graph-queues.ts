import type { Queue } from '@lpipe/core'
import { checkQueue, invalidConfiguration, isAction, isObject, isQueue } from '@lpipe/core/middleware'

/** A queue that an action of a path sends to. */
export interface PathQueue {
  readonly path: string
  readonly queue: Queue
}

/** Returns the queues that the actions of a graph send to. Nothing is checked: the path router does that. */
export const queuesIn = (paths: unknown): readonly PathQueue[] =>
  Object.entries(isObject(paths) ? paths : {}).flatMap(([path, definition]) =>
    queuesOf(definition).map((queue) => ({ path, queue })),
  )

const queuesOf = (definition: unknown): readonly Queue[] =>
  Array.isArray(definition)
    ? definition
        .filter(isAction)
        .flatMap(({ paths = [], queues = [] }) => [...[paths, queues].filter(Array.isArray).flat()].filter(isQueue))
    : []

/**
 * Checks the queues of a graph whose sender is one of the option `senders`. Others were checked when they were made.
 *
 * @throws InvalidConfigurationError for a queue that has no sender, or an option that its sender does not take: each message
 * would fail
 */
export const checkSenders = (paths: unknown, senders: Readonly<Record<string, unknown>> = {}): void => {
  for (const { path, queue } of queuesIn(paths)) {
    const { type, sender } = queue
    if (sender !== undefined) continue
    if (!Object.hasOwn(senders, type)) {
      invalidConfiguration(
        `lpipe: path ${path}: no sender for queues of type '${type}'. Set \`senders: { ${type}: ... }\`, or the queue's \`sender\``,
      )
    }
    const own = senders[type]
    if (isObject(own)) checkQueue(queue, own)
  }
}
