import { isFifo } from '@lpipe/system/tools'
import { Failure, found } from '../api/failure.ts'
import type { DryRunResult, RerunRequest, SendRequest, SendResult } from '../api/types.ts'
import { type Engine, setOrigin } from '../engine.ts'
import type { Entry } from '../trace/entry.ts'
import { dryRun } from './dry-run.ts'
import type { RecordParts } from './record.ts'

/** Sends a message. */
export const sendMessage = async (engine: Engine, request: SendRequest): Promise<SendResult> => {
  const { to, count = 1 } = request
  checkTarget(engine, to)
  const body = bodyOf(request)
  const ids = await send(
    engine,
    to,
    Array.from({ length: count }, () => body),
    request,
  )
  setOrigin(engine.entries, ids, 'sent')
  return { to, ids }
}

const bodyOf = ({ body, path, kwargs }: SendRequest): string => {
  if (body !== undefined) {
    if (path !== undefined || kwargs !== undefined) throw new Failure(400, 'either `body`, or `path` and `kwargs`')
    return body
  }
  if (path === undefined && kwargs === undefined) throw new Failure(400, '`body` or `kwargs` is missing')
  return JSON.stringify(path === undefined ? kwargs : { path, kwargs: kwargs ?? {} })
}

const checkTarget = ({ graph, pipeline }: Engine, to: string): void => {
  const { streams, topics } = graph.system()
  if ([pipeline.urls, streams, topics].some((one) => Object.hasOwn(one, to))) return
  const names = [pipeline.urls, streams, topics].flatMap((one) => Object.keys(one)).join(', ') || 'none'
  throw new Failure(404, `there is no queue, stream or topic \`${to}\` (declared: ${names})`)
}

/** What a send may carry. */
type Sending = Pick<SendRequest, 'groupId' | 'deduplicationId' | 'partitionKey'>

/** @throws Failure if the queue refuses a message */
const send = async (
  { pipeline }: Engine,
  to: string,
  bodies: readonly string[],
  { groupId, deduplicationId, partitionKey }: Sending,
): Promise<string[]> => {
  try {
    const ids = await pipeline.send(to, bodies, {
      ...(groupId === undefined ? {} : { groupId: () => groupId }),
      ...(deduplicationId === undefined ? {} : { deduplicationId: () => deduplicationId }),
      ...(partitionKey === undefined ? {} : { partitionKey: () => partitionKey }),
    })
    return ids
  } catch (error) {
    throw new Failure(400, error instanceof Error ? error.message : String(error))
  }
}

/** Sends a message again: itself, or the first message of its way. */
export const rerunMessage = async (engine: Engine, id: string, request: RerunRequest): Promise<SendResult> => {
  const here = found(engine.entries.get(id), 'such message, or it is not kept any more')
  const entry = request.from === 'start' ? engine.entries.get(here.rootId) : here
  if (entry === undefined) throw new Failure(409, 'the first message of its way is not kept any more')
  const to = nameOf(entry)
  checkTarget(engine, to)
  const { groupId, partitionKey } = entry
  const ids = await send(engine, to, [request.body ?? entry.body], {
    ...(groupId === undefined || !isFifo(to) ? {} : { groupId }),
    ...(partitionKey === undefined ? {} : { partitionKey }),
  })
  setOrigin(engine.entries, ids, 'rerun')
  return { to, ids }
}

const nameOf = ({ queue }: Entry): string => queue.slice(queue.indexOf(':') + 1)

/** What a dry run of a message or a dead letter needs. */
export type DryRunInput = Omit<RecordParts, 'region'> & { readonly lambda: string | undefined }

/** Runs the Lambda that a queue feeds. */
export const dryRunOf = async (engine: Engine, input: DryRunInput): Promise<DryRunResult> => {
  const { runtime, graph, region } = engine
  if (runtime.dryRun === undefined) {
    throw new Failure(
      409,
      'a dry run requires `config`: functions run in the process of the server, where calls cannot be captured',
    )
  }
  const name = input.queue.slice(input.queue.indexOf(':') + 1)
  const receivers = graph
    .system()
    .description.functions.filter(({ sources }) => sources.some((source) => source.name === name))
  const receiver = receivers.find((fn) => fn.name === input.lambda) ?? receivers[0]
  if (receiver === undefined) throw new Failure(409, `no function reads ${name}`)
  const reportBatchItemFailures =
    receiver.sources.find((source) => source.name === name)?.reportBatchItemFailures ?? true
  return dryRun({ ...input, lambda: receiver.name, graph, region, run: runtime.dryRun, reportBatchItemFailures })
}
