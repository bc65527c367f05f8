import {
  BatchProcessor,
  EventType,
  processPartialResponse,
  SqsFifoPartialProcessorAsync,
} from '@aws-lambda-powertools/batch'
import { parser } from '@aws-lambda-powertools/batch/parser'
import { silentLogger } from '@lpipe/testing'
import middy from '@middy/core'
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure'
import type { KinesisStreamEvent, KinesisStreamRecord, SQSEvent, SQSRecord } from 'aws-lambda'
import { action, fn, lpipe, payload } from 'lpipe-preset'
import * as z from 'zod'
import { job } from './signed/functions.signed.ts'
import { type Job, work } from './work.ts'

type Handler<Event> = (event: Event, context: never) => unknown
type Contenders<Event> = Readonly<Record<string, Handler<Event>>>

/** The logger of lpipe writes a line for each invocation, which no other contender does. */
const logger = silentLogger()

/** With `call` a message's whole body is the kwargs. */
const workOfBody = ({ kwargs }: { readonly kwargs: Job }) => work(kwargs)

const jobIn = ({ body }: SQSRecord): Job => JSON.parse(body).kwargs
const jobOf = ({ kinesis: { data } }: KinesisStreamRecord): Job =>
  JSON.parse(Buffer.from(data, 'base64').toString('utf8')).kwargs

const failuresOf = (results: readonly PromiseSettledResult<void>[], idOf: (index: number) => string | undefined) => ({
  batchItemFailures: results.flatMap(({ status }, index) =>
    status === 'rejected' ? [{ itemIdentifier: idOf(index) }] : [],
  ),
})

/** For SQS. The others are compared with the first. */
export const forSqs = (): Contenders<SQSEvent> => {
  const powertools = new BatchProcessor(EventType.SQS)
  const record = (one: SQSRecord) => work(jobIn(one))
  return {
    'Promise.allSettled': async ({ Records }) => {
      const results = await Promise.allSettled(Records.map(async (one) => work(jobIn(one))))
      return failuresOf(results, (index) => Records[index]?.messageId)
    },
    'a bare loop': async ({ Records }) => {
      const batchItemFailures: object[] = []
      for (const one of Records) {
        try {
          await work(jobIn(one))
        } catch {
          batchItemFailures.push({ itemIdentifier: one.messageId })
        }
      }
      return { batchItemFailures }
    },
    'middy + sqs-partial-batch-failure': middy(async ({ Records }: SQSEvent) =>
      Promise.allSettled(Records.map(async (one) => work(jobIn(one)))),
    ).use(sqsPartialBatchFailure()) as Handler<SQSEvent>,
    'Powertools batch': (event, context) => processPartialResponse(event, record, powertools, { context }),
    'lpipe, call': middy().use(lpipe({ call: workOfBody, logger })) as Handler<SQSEvent>,
    'lpipe, paths': middy().use(lpipe({ paths: { JOB: [work] }, logger })) as Handler<SQSEvent>,
    'lpipe, a nested path and a payload': middy().use(
      lpipe({
        paths: {
          JOB: [action({ functions: [async (kwargs: Job) => payload({ path: 'NEXT', kwargs })], paths: ['LAST'] })],
          NEXT: [work],
          LAST: [work],
        },
        logger,
      }),
    ) as Handler<SQSEvent>,
  }
}

/** For an SQS FIFO queue. */
export const forFifo = (): Contenders<SQSEvent> => {
  const processor = new SqsFifoPartialProcessorAsync()
  const record = (one: SQSRecord) => work(jobIn(one))
  return {
    'Powertools batch, FIFO': (event, context) => processPartialResponse(event, record, processor, { context }),
    'lpipe, FIFO': middy().use(lpipe({ paths: { JOB: [work] }, logger })) as Handler<SQSEvent>,
  }
}

/** For Kinesis. */
export const forKinesis = (): Contenders<KinesisStreamEvent> => {
  const processor = new BatchProcessor(EventType.KinesisDataStreams)
  const record = (one: KinesisStreamRecord) => work(jobOf(one))
  return {
    'Promise.allSettled': async ({ Records }) => {
      const results = await Promise.allSettled(Records.map(async (one) => work(jobOf(one))))
      return failuresOf(results, (index) => Records[index]?.kinesis.sequenceNumber)
    },
    'Powertools batch': (event, context) => processPartialResponse(event, record, processor, { context }),
    'lpipe, call': middy().use(lpipe({ call: workOfBody, logger })) as Handler<KinesisStreamEvent>,
    'lpipe, paths': middy().use(lpipe({ paths: { JOB: [work] }, logger })) as Handler<KinesisStreamEvent>,
  }
}

/** For SQS, with a schema. */
export const withSchema = (): Contenders<SQSEvent> => {
  const kwargs = z.object({ id: z.number(), name: z.string() })
  const innerSchema = z.object({ path: z.string(), kwargs })
  const processor = new BatchProcessor(EventType.SQS, { parser, innerSchema, transformer: 'json' })
  const record = ({ body }: { body: unknown }) => work((body as z.infer<typeof innerSchema>).kwargs)
  return {
    'Powertools parser, zod': (event, context) => processPartialResponse(event, record, processor, { context }),
    'lpipe, the same zod schema': middy().use(
      lpipe({ paths: { JOB: [fn(kwargs, (one) => work(one))] }, logger }),
    ) as Handler<SQSEvent>,
    'lpipe, generated signature': middy().use(lpipe({ paths: { JOB: [job] }, logger })) as Handler<SQSEvent>,
  }
}
