import { once } from 'node:events'
import { Agent, createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  BatchProcessor,
  EventType,
  processPartialResponse,
  SqsFifoPartialProcessorAsync,
} from '@aws-lambda-powertools/batch'
import { silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import type { SQSEvent, SQSRecord } from 'aws-lambda'
import { lpipe } from 'lpipe-preset'
import { mustWork } from './must-work.ts'
import { type Case, interleaved, type Medians } from './rounds.ts'
import { compared } from './table.ts'
import { context, type Job, work } from './work.ts'

/** What a message does: it waits, then counts as done. */
export type Work = (job: Job) => Promise<void>

/** Milliseconds that a function waits. */
const waitMillis = 5

const waiting: Work = async (job) => {
  await sleep(waitMillis)
  await work(job)
}

/** Work that calls a server on the loopback interface, which answers after a wait. */
export const startCalling = async (): Promise<{ readonly calling: Work; readonly stop: () => Promise<void> }> => {
  const server = createServer((_, response) => void setTimeout(() => response.end('done'), waitMillis))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true })
  const calling: Work = async (job) => {
    await new Promise<void>((resolve, reject) => {
      get({ host: '127.0.0.1', port, agent }, (response) => response.resume().on('end', resolve)).on('error', reject)
    })
    await work(job)
  }
  return {
    calling,
    stop: async () => {
      agent.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

type Handler = (event: SQSEvent, context: never) => unknown

/** The handlers that are compared, by name. The others are compared with the first. */
export const contenders = (run: Work, isFifo: boolean): Readonly<Record<string, Handler>> => {
  const record = ({ body }: SQSRecord) => run(JSON.parse(body).kwargs)
  const parallel = new BatchProcessor(EventType.SQS)
  const fifo = new SqsFifoPartialProcessorAsync()
  const lpipeWith = (concurrency: number) =>
    middy().use(lpipe({ paths: { JOB: [run] }, concurrency, logger: silentLogger() })) as unknown as Handler
  const settled: Handler = async ({ Records }) => {
    const results = await Promise.allSettled(Records.map(record))
    return {
      batchItemFailures: results.flatMap(({ status }, index) =>
        status === 'rejected' ? [{ itemIdentifier: Records[index]?.messageId }] : [],
      ),
    }
  }
  return {
    ...(isFifo
      ? {
          'Powertools batch, FIFO': (event, called) => processPartialResponse(event, record, fifo, { context: called }),
        }
      : {
          'Promise.allSettled': settled,
          'Powertools batch': (event, called) => processPartialResponse(event, record, parallel, { context: called }),
        }),
    'lpipe, concurrency 1': lpipeWith(1),
    'lpipe, concurrency 10': lpipeWith(10),
    'lpipe, concurrency 100': lpipeWith(100),
  }
}

/** A batch whose messages belong to this number of groups; without groups it comes from a standard queue. */
export const eventOf = (records: number, groups?: number): SQSEvent => {
  const bodies = Array.from({ length: records }, (_, id) => ({ path: 'JOB', kwargs: { id: id + 1, name: 'Ada' } }))
  if (groups === undefined) return sqsEvent(bodies)
  return sqsEvent(bodies, { name: 'jobs.fifo', groupId: (_: unknown, index: number) => `group-${index % groups}` })
}

const records = 100

/** The batches: of a standard queue, and of a FIFO queue with several groups. */
const shapes: Readonly<Record<string, number | undefined>> = {
  'standard queue': undefined,
  'FIFO, 100 groups': 100,
  'FIFO, 10 groups': 10,
}

/** Messages a second of a batch of 100 whose functions wait for something, by `concurrency` and by groups. */
export const io = async (rounds: number) => {
  const { calling, stop } = await startCalling()
  const results: Record<string, Record<string, Medians>> = {}
  try {
    for (const [what, run] of Object.entries({ 'a wait of 5 ms': waiting, 'an HTTP call of 5 ms': calling })) {
      const columns: Record<string, Medians> = {}
      for (const [shape, groups] of Object.entries(shapes)) {
        const cases: Record<string, Case> = {}
        for (const [name, handler] of Object.entries(contenders(run, groups !== undefined))) {
          const event = eventOf(records, groups)
          cases[name] = () => handler(event, context() as never)
          await mustWork(name, cases[name], records)
        }
        const micros = await interleaved(cases, 1, rounds, 0)
        columns[shape] = Object.fromEntries(
          Object.entries(micros).map(([name, time]) => [name, (records * 1e6) / time]),
        )
      }
      results[what] = columns
    }
  } finally {
    await stop()
  }
  const text = Object.entries(results).map(([what, columns]) => compared(`messages a second, ${what}`, columns, 0))
  return { results, text: text.join('\n\n') }
}
