import { getOwn } from '@lpipe/core/middleware'
import { isFifo } from '@lpipe/system/tools'
import type { Engine } from '../engine.ts'
import { captureText } from '../environment/capture.ts'
import { resourceId } from '../trace/graph.ts'
import { Failure, found } from './failure.ts'
import type { Captured, QueueContents, QueueStatus, Queues } from './types.ts'

/** Returns the queues and streams with what they hold. */
export const queueStatus = async ({ pipeline, graph }: Engine): Promise<Queues> => {
  const { queues, streams, description } = graph.system()
  const counts = await pipeline.counts()
  const readersOf = (name: string): string[] =>
    description.functions.filter(({ sources }) => sources.some((source) => source.name === name)).map((fn) => fn.name)
  return {
    queues: [
      ...Object.entries(pipeline.urls).map(([name, url]): QueueStatus => {
        const deadLetterQueue = queues[name]?.deadLetter?.queue
        return {
          id: resourceId('sqs', name),
          name,
          type: 'sqs',
          fifo: isFifo(name),
          url,
          ...counts.get(name),
          ...(deadLetterQueue === undefined ? {} : { deadLetterQueue }),
          lambdas: readersOf(name),
        }
      }),
      ...Object.keys(streams).map(
        (name): QueueStatus => ({
          id: resourceId('kinesis', name),
          name,
          type: 'kinesis',
          fifo: false,
          lambdas: readersOf(name),
        }),
      ),
    ],
  }
}

/** Bodies are whole until an answer has this number of bytes of them. */
const maxWholeBytes = 32 * 1024 * 1024

/** @throws Failure if there is no such queue, or if it is a stream */
export const queueContents = async ({ pipeline, graph }: Engine, name: string, limit = 100): Promise<QueueContents> => {
  if (Object.hasOwn(graph.system().streams, name)) {
    throw new Failure(409, `\`${name}\` is a stream: only SQS queues can be looked into`)
  }
  found(getOwn(pipeline.urls, name), `queue \`${name}\``)
  const messages = await pipeline.inspect(name)
  let whole = maxWholeBytes
  const capture = (body: string): Captured => {
    whole -= Buffer.byteLength(body)
    return captureText(body, whole < 0 ? undefined : maxWholeBytes)
  }
  return {
    name,
    total: messages.length,
    messages: messages.slice(0, limit).map(({ messageId, state, receiveCount, groupId, body }) => ({
      id: messageId,
      state,
      receiveCount,
      ...(groupId === undefined ? {} : { groupId }),
      body: capture(body),
    })),
  }
}
