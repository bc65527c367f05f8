import type { LocalPipeline, LocalPipelineOptions, localPipeline } from '@lpipe/local'
import type { Context, KinesisStreamEvent, SQSBatchResponse, SQSEvent, SQSHandler } from 'aws-lambda'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <T extends true>(): T | undefined => undefined

declare const handler: SQSHandler
declare const context: Context

/** Whatever Lambda would take is a handler. */
export const fine: LocalPipelineOptions = {
  queues: { orders: { deadLetter: { queue: 'dead', maxReceiveCount: 3 } }, dead: {} },
  streams: { events: { shards: 2 } },
  functions: {
    sqs: {
      handler: async (_: SQSEvent, { awsRequestId }: Context): Promise<SQSBatchResponse> => ({
        batchItemFailures: [{ itemIdentifier: awsRequestId }],
      }),
      source: { queue: 'orders' },
    },
    kinesis: { handler: (_: KinesisStreamEvent) => undefined, source: { stream: 'events', onFailure: 'dead' } },
    callback: {
      handler,
      source: { queue: 'orders', filterCriteria: { filters: [{ pattern: { body: { a: [1] } } }] } },
    },
    typed: { handler: (event: SQSEvent) => handler(event, context, () => undefined), source: [{ queue: 'orders' }] },
  },
}

export const wrong: LocalPipelineOptions[] = [
  // @ts-expect-error a misspelt option
  { queue: {} },
  // @ts-expect-error no source
  { functions: { take: { handler: () => undefined } } },
  // @ts-expect-error an option that only streams have
  { functions: { take: { handler: () => undefined, source: { queue: 'orders', onFailure: 'dead' } } } },
  // @ts-expect-error an option that only queues have
  { functions: { take: { handler: () => undefined, source: { stream: 'events', maximumConcurrency: 2 } } } },
  // @ts-expect-error a source is a queue or a stream
  { functions: { take: { handler: () => undefined, source: { queue: 'orders', stream: 'events' } } } },
  // @ts-expect-error a dead-letter queue without a number
  { queues: { orders: { deadLetter: { queue: 'dead' } } } },
]

holds<Equal<ReturnType<typeof localPipeline>, Promise<LocalPipeline>>>()

export const sends = async (local: LocalPipeline): Promise<string[]> => {
  // @ts-expect-error the options see the messages
  await local.send('orders.fifo', [{ from: 'ada' }], { groupId: ({ to }) => to })
  return local.send('orders.fifo', [{ from: 'ada' }], { groupId: ({ from }) => from })
}
