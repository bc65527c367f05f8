import { setImmediate as turn } from 'node:timers/promises'
import { defineSender } from '@lpipe/core/outbox'
import { metrics } from '@lpipe/metrics'
import { type SentrySdk, sentry } from '@lpipe/sentry'
import { lambdaContext } from '@lpipe/testing'
import middy from '@middy/core'
import { action, type Call, FailButContinue, FailCatastrophically, lpipe, payload, queue } from 'lpipe-preset'
import { eventOf, type Job } from './jobs.ts'
import { markScope } from './watch-sentry.ts'
import { markSpan } from './watch-traces.ts'

export interface PipelineOptions {
  readonly sentrySdk: SentrySdk
  /** Removes and returns the metrics that invocations of a Lambda wrote. */
  readonly takeMetrics: (functionName: string) => readonly string[]
}

/** What an invocation returned or threw, what it sent, and the metrics that it wrote. */
export type Outcome = string

/** Makes one handler for all invocations. */
export const createPipeline = ({ sentrySdk, takeMetrics }: PipelineOptions) => {
  const sent = new Map<string, string[]>()
  const problems: string[] = []

  const step = async ({ request, id, turns }: Job, { state, logger, context }: Call): Promise<void> => {
    markScope(request, id)
    for (let at = 0; at < turns; at += 1) await turn()
    const owner = state.values.get('owner') ?? request
    state.values.set('owner', request)
    if (owner !== request || context.awsRequestId !== request) problems.push(`${request} saw the state of ${owner}`)
    markScope(request, id)
    markSpan(request)
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

  const middlewares = [
    metrics({ namespace: 'stress' }),
    ...lpipe({
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
    sentry({ sdk: sentrySdk }),
  ]
  const handler = middy().use(middlewares)

  /** Invokes the handler, and returns how that ended. */
  const invoke = async (request: string, seed: number): Promise<Outcome> => {
    sent.delete(request)
    const functionName = `stress-${seed}`
    const context = lambdaContext({ awsRequestId: request, functionName, getRemainingTimeInMillis: () => 60_000 })
    const call = handler as unknown as (event: object, context: object) => Promise<unknown>
    const response = await call(eventOf(request, seed), context).catch((error: unknown) => `threw ${error}`)
    const outcome = JSON.stringify([response, (sent.get(request) ?? []).toSorted(), takeMetrics(functionName)])
    for (const body of attempts.keys()) if (JSON.parse(body).request === request) attempts.delete(body)
    return outcome.replaceAll(request, '')
  }
  return { invoke, problems }
}
