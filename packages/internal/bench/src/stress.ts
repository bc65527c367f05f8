/**
 * Many invocations at the same time in one process, as on Lambda Managed Instances: each must end as it does alone, log under
 * its own request, and leave nothing behind.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { defineSender } from '@lpipe/core/outbox'
import { lambdaContext, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import type { SQSEvent } from 'aws-lambda'
import { action, type Call, FailButContinue, FailCatastrophically, lpipe, payload, queue } from 'lpipe-preset'

/** The kwargs of a message. */
interface Job {
  readonly request: string
  readonly id: number
  /** Turns of the event loop that its function waits. */
  readonly turns: number
}

/** What a message may do, by the name of its path. The last one is refused by the queue. */
const kinds = ['WORK', 'DROP', 'FAIL', 'CRASH', 'CHAIN', 'SEND', 'REFUSED'] as const

/** What an invocation returned or threw, and what it sent. */
type Ending = string

export interface StressOptions {
  /** Invocations at the same time. */
  readonly concurrency: number
  /** Milliseconds that it runs. */
  readonly millis: number
}

export interface StressReport {
  readonly invocations: number
  /** What was wrong, at most ten. Empty if all is well. */
  readonly problems: readonly string[]
  readonly lines: number
  /** Bytes that the heap grew by over the second half, after a collection. */
  readonly grown: number
}

/** Returns a number from 0 to limit - 1 that only depends on the two others. */
const drawn = (seed: number, at: number, limit: number): number => {
  const mixed = Math.imul((seed + 1) ^ Math.imul(at + 1, 0x9e3779b1), 0x85ebca6b)
  return ((mixed ^ (mixed >>> 13)) >>> 0) % limit
}

/** The event of an invocation: a standard or a FIFO queue, up to 30 messages of all kinds. Its ids name the request. */
const eventOf = (request: string, seed: number): SQSEvent => {
  const isFifo = drawn(seed, 1000, 2) === 0
  // In a group it depends on the time whether a later message is sent before SQS refuses an earlier one.
  const possible = isFifo ? kinds.length - 1 : kinds.length
  const bodies = Array.from({ length: 1 + drawn(seed, 0, 30) }, (_, id) => ({
    path: kinds[drawn(seed, id + 1, possible)],
    kwargs: { request, id, turns: drawn(seed, id + 100, 4) } satisfies Job,
  }))
  const event = sqsEvent(
    bodies,
    isFifo ? { name: 'jobs.fifo', groupId: (_, index: number) => `group-${index % 3}` } : {},
  )
  return { Records: event.Records.map((record) => ({ ...record, messageId: `${request}/${record.messageId}` })) }
}

/** One handler for all invocations, and what it found and sent. */
const createWorld = () => {
  const sent = new Map<string, string[]>()
  const foreign: string[] = []

  const step = async ({ request, turns }: Job, { state, logger, context }: Call): Promise<void> => {
    for (let at = 0; at < turns; at += 1) await turn()
    const owner = state.values.get('owner') ?? request
    state.values.set('owner', request)
    if (owner !== request || context.awsRequestId !== request) foreign.push(`${request} saw the state of ${owner}`)
    logger.info('ran', { request })
  }
  const steps =
    (error?: Error) =>
    async (job: Job, call: Call): Promise<unknown> => {
      await step(job, call)
      if (error !== undefined) throw error
      return undefined
    }

  const chain = async (job: Job, call: Call): Promise<unknown> => {
    await step(job, call)
    return payload({ path: 'SEND', kwargs: job })
  }

  const attempts = new Map<string, number>()
  /** Refuses some entries for good, and each first attempt of some others. */
  const sender = () =>
    defineSender<string>({
      maxEntries: 10,
      maxBytes: 100_000,
      prepare: ({ body }) => ({ wire: body, size: body.length }),
      send: async ({ name }, wires) => {
        await turn()
        return wires.map((wire) => {
          const { request, id }: Job = JSON.parse(wire)
          const attempt = (attempts.get(wire) ?? 0) + 1
          attempts.set(wire, attempt)
          if (name === 'closed') return { code: 'Closed', reason: 'it is closed', senderFault: true }
          if (id % 3 === 0 && attempt % 2 === 1) return { code: 'Throttled', reason: 'too many', senderFault: false }
          sent.set(request, [...(sent.get(request) ?? []), `${name} ${wire}`])
          return undefined
        })
      },
    })
  const open = queue({ type: 'memory', name: 'open', sender })
  const shut = queue({ type: 'memory', name: 'closed', sender })

  const handler = middy().use(
    lpipe({
      paths: {
        WORK: [steps()],
        DROP: [steps(new FailButContinue('drop'))],
        FAIL: [steps(new FailCatastrophically('fail'))],
        CRASH: [steps(new Error('crash'))],
        CHAIN: [chain],
        SEND: [action({ functions: [steps()], includeAllParams: true, queues: [open] })],
        REFUSED: [action({ functions: [steps()], includeAllParams: true, queues: [shut] })],
      },
      concurrency: 5,
      delivery: { retryMillis: 1, lingerMillis: 1 },
    }),
  )

  /** Invokes the handler, and returns how that ended. */
  const invoke = async (request: string, seed: number): Promise<Ending> => {
    sent.delete(request)
    const context = lambdaContext({ awsRequestId: request, getRemainingTimeInMillis: () => 60_000 })
    const call = handler as unknown as (event: SQSEvent, context: object) => Promise<unknown>
    const response = await call(eventOf(request, seed), context).catch((error: unknown) => `threw ${error}`)
    const ending = JSON.stringify([response, (sent.get(request) ?? []).toSorted()])
    for (const body of attempts.keys()) if (JSON.parse(body).request === request) attempts.delete(body)
    return ending.replaceAll(request, '')
  }
  return { invoke, foreign }
}

/** Collects the lines that lpipe logs, and finds those that name another request. */
const watchLines = () => {
  const { write } = process.stdout
  const foreign: string[] = []
  let lines = 0
  process.stdout.write = ((text: string, ...rest: []) => {
    if (!text.startsWith('{"timestamp"')) return write.call(process.stdout, text, ...rest)
    lines += 1
    const { requestId, messageId = '', request = requestId } = JSON.parse(text)
    const isOwn = request === requestId && (messageId === '' || String(messageId).startsWith(`${requestId}/`))
    if (!isOwn) foreign.push(`a line of ${requestId} names another request: ${text}`)
    return true
  }) as typeof write
  return {
    foreign,
    count: () => lines,
    stop: () => {
      process.stdout.write = write
    },
  }
}

const collect = (): number => {
  setFlagsFromString('--expose-gc')
  const gc: () => void = runInNewContext('gc')
  gc()
  gc()
  return process.memoryUsage().heapUsed
}

/** Runs invocations at the same time, again and again, and compares each with the same one alone. */
export const stress = async ({ concurrency, millis }: StressOptions): Promise<StressReport> => {
  const { invoke, foreign } = createWorld()
  const problems: string[] = []
  const warned = (warning: Error): void => void problems.push(`warning: ${warning.message}`)
  process.on('warning', warned)
  const lines = watchLines()
  try {
    const alone: Ending[] = []
    for (let seed = 0; seed < concurrency; seed += 1) alone.push(await invoke(`alone-${seed}`, seed))
    const began = performance.now()
    let invocations = 0
    let heap: number | undefined
    for (let round = 0; round < 2 || performance.now() - began < millis; round += 1) {
      const results = await Promise.all(alone.map((_, seed) => invoke(`request-${round}-${seed}`, seed)))
      for (const [seed, result] of results.entries()) {
        if (result !== alone[seed]) problems.push(`seed ${seed} ended with ${result}, and alone with ${alone[seed]}`)
      }
      invocations += results.length
      if (heap === undefined && performance.now() - began > millis / 2) heap = collect()
    }
    const grown = collect() - (heap ?? 0)
    await turn() // warnings are emitted later
    return {
      invocations,
      lines: lines.count(),
      grown,
      problems: [...problems, ...foreign, ...lines.foreign].slice(0, 10),
    }
  } finally {
    lines.stop()
    process.off('warning', warned)
  }
}
