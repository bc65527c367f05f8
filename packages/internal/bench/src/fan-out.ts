import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { silentLogger } from '@lpipe/testing'
import middy from '@middy/core'
import type { SQSEvent } from 'aws-lambda'
import { action, lpipe, queue, queueSqs } from 'lpipe-preset'
import { startQueue } from './queue-server.ts'
import { interleaved, type Medians } from './rounds.ts'
import { compared, table } from './table.ts'
import { context, sqs } from './work.ts'

/** Microseconds to forward a batch's messages to SQS, one call for each against lpipe, and the number of calls. */
export const fanOut = async (rounds: number) => {
  const { url, client, stop } = await startQueue()
  let calls = 0
  client.middlewareStack.add((next) => (args) => {
    calls += 1
    return next(args)
  })
  const next = queue({ type: 'sqs', url })
  const forward = lpipe({
    paths: { JOB: [action({ includeAllParams: true, queues: [next] })] },
    senders: { sqs: queueSqs({ client }) },
    logger: silentLogger(),
  })
  const handlers = {
    'a call for each message': async ({ Records }: SQSEvent) =>
      Promise.all(
        Records.map(({ body }) =>
          client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify(JSON.parse(body).kwargs) })),
        ),
      ),
    lpipe: middy().use(forward),
  }
  try {
    const columns: Record<string, Medians> = {}
    const counted: Record<string, Record<string, number>> = {}
    for (const size of [1, 10, 1000]) {
      const event = sqs(size)
      const called = context() as never
      const cases: Record<string, () => unknown> = {
        'a call for each message': () => handlers['a call for each message'](event),
        lpipe: () => handlers.lpipe(event as never, called),
      }
      columns[size] = await interleaved(cases, Math.max(1, 50 / size), rounds)
      for (const [name, run] of Object.entries(cases)) {
        calls = 0
        await run()
        counted[name] = { ...counted[name], [size]: calls }
      }
    }
    const text = [
      compared('Fan-out: µs for messages', columns, 0),
      table([
        ['calls for messages', ...Object.keys(columns)],
        ...Object.entries(counted).map(([name, counts]) => [name, ...Object.values(counts).map(String)]),
      ]),
    ].join('\n\n')
    return { results: { micros: columns, calls: counted }, text }
  } finally {
    await stop()
  }
}
