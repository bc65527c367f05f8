import type { Queue } from '@lpipe/core'
import { invalidConfiguration, isAction, isObject, isQueue } from '@lpipe/core/middleware'

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

/** @throws InvalidConfigurationError for a queue whose type has no sender: each message would fail */
export const checkSenders = (paths: unknown, senders: Readonly<Record<string, unknown>> = {}): void => {
  for (const { path, queue } of queuesIn(paths)) {
    const { type, sender } = queue
    if (sender !== undefined || Object.hasOwn(senders, type)) continue
    invalidConfiguration(
      `lpipe: path ${path}: no sender for queues of type '${type}'. Set \`senders: { ${type}: ... }\`, or the queue's \`sender\``,
    )
  }
}
