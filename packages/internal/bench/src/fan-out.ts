import {
  SendMessageBatchCommand,
  type SendMessageBatchCommandOutput,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { silentLogger } from '@lpipe/testing'
import middy from '@middy/core'
import type { SQSEvent } from 'aws-lambda'
import { action, lpipe, queue, queueSqs } from 'lpipe-preset'
import { startDelay, startQueue } from './queue-server.ts'
import { type Case, interleaved, type Medians } from './rounds.ts'
import { compared, table } from './table.ts'
import { context, sqs } from './work.ts'

type Handler = (event: SQSEvent) => Promise<unknown>

/** What a client has sent: calls, and messages that SQS accepted. */
export interface Sent {
  calls: number
  accepted: number
}

/** Counts what a client sends. */
export const counted = (client: SQSClient): Sent => {
  const sent = { calls: 0, accepted: 0 }
  client.middlewareStack.add((next) => async (args) => {
    sent.calls += 1
    const answer = await next(args)
    const { Successful } = answer.output as Partial<SendMessageBatchCommandOutput>
    sent.accepted += Successful?.length ?? 1
    return answer
  })
  return sent
}

const kwargsOf = (body: string): string => JSON.stringify(JSON.parse(body).kwargs)

const eachAlone =
  (client: SQSClient, url: string): Handler =>
  async ({ Records }) => {
    await Promise.all(
      Records.map(({ body }) => client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: kwargsOf(body) }))),
    )
    return { batchItemFailures: [] }
  }

/** The attribute that ends endless loops between Lambdas, as lpipe sends it. */
const hops = { 'lpipe-trail': { DataType: 'String', StringValue: '1|sqs jobs' } }

/**
 * The ideal: full calls of ten, several at the same time, and a response that names what was not accepted. It does not retry,
 * keeps no order, and fails nothing but its own messages.
 *
 * @param MessageAttributes what each message carries beside its body
 */
export const idealBatcher =
  (client: SQSClient, url: string, maxCalls: number, MessageAttributes = {}): Handler =>
  async ({ Records }) => {
    const batchItemFailures: object[] = []
    const starts = Array.from({ length: Math.ceil(Records.length / 10) }, (_, at) => at * 10).values()
    const worker = async () => {
      for (const start of starts) {
        const ofCall = Records.slice(start, start + 10)
        const Entries = ofCall.map(({ body }, index) => ({
          Id: String(index),
          MessageBody: kwargsOf(body),
          MessageAttributes,
        }))
        const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))
        for (const { Id } of Failed) batchItemFailures.push({ itemIdentifier: ofCall[Number(Id)]?.messageId })
      }
    }
    await Promise.all(Array.from({ length: maxCalls }, worker))
    return { batchItemFailures }
  }

const lpipeWith = (client: SQSClient, url: string, maxCalls: number): Handler => {
  const forward = lpipe({
    paths: { JOB: [action({ includeAllParams: true, queues: [queue({ type: 'sqs', url })] })] },
    senders: { sqs: queueSqs({ client }) },
    delivery: { maxCalls },
    logger: silentLogger(),
  })
  const handler = middy().use(forward)
  return async (event) => handler(event as never, context() as never)
}

/** The default of `delivery.maxCalls`. */
const usualCalls = 4

/** The ways to forward a batch, by name. The others are compared with the first. */
export const forwarders = (client: SQSClient, url: string): Readonly<Record<string, Handler>> => ({
  'an ideal batcher': idealBatcher(client, url, usualCalls),
  'an ideal batcher that counts hops': idealBatcher(client, url, usualCalls, hops),
  lpipe: lpipeWith(client, url, usualCalls),
  'a call for each message': eachAlone(client, url),
})

/** @throws Error for a contender that does not send all messages */
export const mustSend = async (name: string, run: Case, sent: Sent, messages: number): Promise<number> => {
  Object.assign(sent, { calls: 0, accepted: 0 })
  const response = (await run()) as { batchItemFailures?: unknown[] } | undefined
  if (sent.accepted !== messages) throw new Error(`${name} sent ${sent.accepted} of ${messages} messages`)
  if (response?.batchItemFailures?.length !== 0) throw new Error(`${name} responded ${JSON.stringify(response)}`)
  return sent.calls
}

/** Microseconds to forward batches to SQS on the loopback interface, and the number of calls. */
const local = async (url: string, client: SQSClient, rounds: number) => {
  const sent = counted(client)
  const micros: Record<string, Medians> = {}
  const calls: Record<string, Record<string, number>> = {}
  for (const size of [1, 10, 1000]) {
    const event = sqs(size)
    const cases: Record<string, Case> = {}
    for (const [name, handler] of Object.entries(forwarders(client, url))) {
      cases[name] = () => handler(event)
      calls[name] = { ...calls[name], [size]: await mustSend(name, cases[name], sent, size) }
    }
    micros[size] = await interleaved(cases, Math.max(1, 50 / size), rounds)
  }
  return { micros, calls }
}

/** Milliseconds of latency that a call has. */
const latency = 20

/** Microseconds to forward 1,000 messages over a slow connection, by `delivery.maxCalls`. */
const distant = async (url: string, address: string, rounds: number): Promise<Medians> => {
  const delay = await startDelay(address, latency)
  const client = new SQSClient({ useQueueUrlAsEndpoint: false, endpoint: delay.address })
  const sent = counted(client)
  const event = sqs(1000)
  const cases: Record<string, Case> = {}
  try {
    for (const maxCalls of [usualCalls, 1, 10, 40]) {
      const pairs = {
        'an ideal batcher': idealBatcher(client, url, maxCalls, hops),
        lpipe: lpipeWith(client, url, maxCalls),
      }
      for (const [name, handler] of Object.entries(pairs)) {
        const title = `${name}, ${maxCalls} calls at the same time`
        cases[title] = () => handler(event)
        await mustSend(title, cases[title], sent, 1000)
      }
    }
    return await interleaved(cases, 1, rounds, 0)
  } finally {
    client.destroy()
    await delay.stop()
  }
}

/** Forwards messages to SQS: nearby by the number of messages, and over a slow connection by `delivery.maxCalls`. */
export const fanOut = async (rounds: number) => {
  const { url, client, address, stop } = await startQueue()
  try {
    const { micros, calls } = await local(url, client, rounds)
    const slow = await distant(url, address, Math.ceil(rounds / 3))
    const millis = Object.fromEntries(Object.entries(slow).map(([name, time]) => [name, time / 1000]))
    const text = [
      compared('Fan-out: µs for messages', micros, 0),
      table([
        ['calls for messages', ...Object.keys(micros)],
        ...Object.entries(calls).map(([name, counts]) => [name, ...Object.values(counts).map(String)]),
      ]),
      compared(`1,000 messages, ${latency} ms of latency`, { ms: millis }, 0),
    ].join('\n\n')
    return { results: { micros, calls, latency, slow }, text }
  } finally {
    client.destroy()
    await stop()
  }
}
