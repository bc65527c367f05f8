import type { PathSchema, QueueStatus } from '../../../src/api/types.ts'

/** Where a new message can go: a queue, and a path of a Lambda that reads it. */
export interface Target {
  readonly queue: string
  readonly path: PathSchema
}

/** Returns what the form starts with: what the address names, as far as it fits, otherwise the first queue that a Lambda reads. */
export const firstTarget = (
  paths: readonly PathSchema[],
  wanted: { readonly queue?: string; readonly lambda?: string; readonly path?: string },
): Target | undefined => {
  const fits = (path: PathSchema): boolean =>
    (wanted.lambda === undefined || path.lambda === wanted.lambda) &&
    (wanted.path === undefined || path.path === wanted.path) &&
    (wanted.queue === undefined || path.queues.includes(wanted.queue))
  const path = paths.find((one) => one.queues.length > 0 && fits(one)) ?? paths.find(({ queues }) => queues.length > 0)
  if (path === undefined) return undefined
  const queue = wanted.queue !== undefined && path.queues.includes(wanted.queue) ? wanted.queue : path.queues[0]
  return queue === undefined ? undefined : { queue, path }
}

/** The paths that a message in a queue can take. */
export const pathsOf = (paths: readonly PathSchema[], queue: string): readonly PathSchema[] =>
  paths.filter(({ queues }) => queues.includes(queue))

/** The queues that a Lambda reads. Messages in others stay there. */
export const readQueues = (queues: readonly QueueStatus[]): readonly QueueStatus[] =>
  queues.filter(({ lambdas }) => lambdas.length > 0)

/** Returns the body that the Lambda reads, with the kwargs as they are written: to parse them may change a number. */
export const bodyOf = ({ path }: Target, kwargs: string): string =>
  path.isDefault ? kwargs : `{"path":${JSON.stringify(path.path)},"kwargs":${kwargs}}`
