import type { Batch, Sender } from '@lpipe/core'
import { isObject, isPayload, setOwn } from '@lpipe/core/middleware'
import type { Entry } from '@lpipe/core/outbox'
import { defineSender } from '@lpipe/core/outbox'
import { silentLogger } from '@lpipe/testing'
import middy from '@middy/core'
import { action, lpipe, queue } from 'lpipe-preset'
import type { ActionSpec, Case, Fault, FunctionSpec, Port, QueueSpec } from './format.ts'
import { classOf, makeFunctions, type Sign } from './functions.ts'

/** The results of a case. A sender does not see the record that it works for: the order shows it. */
export interface Observed extends Omit<Port, 'reported' | 'sent'> {
  readonly sent: Readonly<Record<string, readonly { readonly body: unknown }[]>>
}

/** Runs a case through `lpipe()`, on fake senders. */
export const runCase = async (
  given: Case,
  specs: Readonly<Record<string, FunctionSpec>>,
  sign?: Sign,
): Promise<Observed> => {
  const calls: Port['calls'][number][] = []
  const captured: Port['captured'][number][] = []
  const faults = given.aws?.faults ?? []
  const sent: Record<string, { body: unknown }[]> = {}

  const makeQueue = ({ type, ...rest }: QueueSpec) => queue({ ...rest, type: type.toLowerCase() })
  const senderOf = (type: QueueSpec['type'], op: Fault['op']): Sender<Entry> =>
    defineSender<Entry>({
      maxEntries: 10,
      maxBytes: 1024 * 1024,
      prepare: (entry) => ({ wire: entry, size: entry.body.length }),
      send: async ({ name, url }, entries) => {
        const target = name ?? url?.slice(url.lastIndexOf('/') + 1)
        const fault = faults.find(
          (one) =>
            (one.op === op || (one.op === 'GetQueueUrl' && type === 'SQS' && url === undefined)) &&
            (one.target === undefined || one.target === '*' || one.target === target),
        )
        if (fault?.mode === 'partial') {
          return entries.map(() => ({ code: 'Fault', reason: 'as the case says', senderFault: false }))
        }
        if (fault !== undefined) throw new Error(fault.mode)
        const place = `${type}:${url ?? name}`
        sent[place] = [...(sent[place] ?? []), ...entries.map(({ body }) => ({ body: JSON.parse(body) }))]
        return entries.map(() => undefined)
      },
    })
  const functionOf = makeFunctions(specs, makeQueue, calls, sign)
  const actionOf = ({ functions, paths, queues, required_params, include_all_params }: ActionSpec) =>
    action({
      ...(functions && { functions: functions.map(functionOf) }),
      ...(paths && { paths }),
      ...(queues && { queues: queues.map(makeQueue) }),
      ...(required_params && { requiredParams: required_params as never }),
      ...(include_all_params !== undefined && { includeAllParams: include_all_params }),
    })
  const nothing = { stats: { received: 0, successes: 0 }, response: null, calls, sent, captured, perRecord: null }

  let handler: (event: unknown, context: object) => Promise<unknown>
  let batch: Batch | undefined
  try {
    const paths: Record<string, unknown> = {}
    for (const [name, list] of Object.entries(given.pathsSpec ?? {})) {
      setOwn(
        paths,
        name,
        list.map((entry) => (typeof entry === 'string' ? functionOf(entry) : actionOf(entry))),
      )
    }
    const options = {
      ...(given.call === null ? {} : { call: functionOf(given.call) }),
      ...(given.pathsSpec === null && given.call !== null
        ? {}
        : { paths: given.pathsSpec === null ? undefined : paths }),
      ...(given.defaultPath ? { defaultPath: given.defaultPath } : {}),
      source: given.eventSourceType?.toLowerCase() ?? null,
      onStreamFailure: 'continue',
      delivery: { maxAttempts: 1 }, // a fault lasts: a retry would be refused too
      senders: { sqs: senderOf('SQS', 'SendMessageBatch'), kinesis: senderOf('KINESIS', 'PutRecords') },
      logger: silentLogger(),
      capture: (error: unknown, { index }: { index: number }) => {
        captured.push({ class: classOf(error), record: index })
      },
    }
    handler = middy()
      .use(lpipe(options as never))
      .before(({ context }) => {
        batch = (context as { lpipe?: Batch }).lpipe
      }) as never
  } catch (error) {
    return { ...nothing, outcome: 'config', raisedClass: classOf(error) }
  }

  let outcome: Pick<Observed, 'outcome' | 'raisedClass' | 'response'>
  try {
    const response = plain(await handler(given.event, { awsRequestId: 'request' }))
    outcome = { outcome: 'ok', raisedClass: null, response }
  } catch (error) {
    outcome = { outcome: 'raise', raisedClass: classOf(error), response: null }
  }
  if (batch === undefined) return { ...nothing, ...outcome }
  const perRecord = batch.received.map((message) => message.outcome ?? null)
  const successes = perRecord.filter((one) => one === 'succeeded').length
  return { ...outcome, stats: { received: perRecord.length, successes }, calls, sent, captured, perRecord }
}

/** A payload that stays where it is in an output is compared by what it says. */
const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain)
  if (!isObject(value)) return value ?? null
  if (isPayload(value)) {
    const { path = null, queue: to, kwargs } = value
    const target = to === undefined ? null : `${to.type.toUpperCase()}:${to.url ?? to.name}`
    return { $payload: { path, queue: target, kwargs: plain(kwargs) } }
  }
  const out: Record<string, unknown> = {}
  for (const key of Object.keys(value)) setOwn(out, key, plain(value[key]))
  return out
}
