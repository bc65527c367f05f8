import { basename, dirname } from 'node:path'
import type { Logger } from '@lpipe/core'
import { type Pipeline, startPipeline } from '@lpipe/local/tools'
import { describe } from '@lpipe/system'
import { sourcesOf } from '@lpipe/system/tools'
import { createGenerator, type Generator } from './actions/generate.ts'
import type { AuditLine, Totals } from './api/types.ts'
import { createDeadLetterBox, type DeadLetterBox } from './dead-letters/box.ts'
import { createHub, type Hub } from './events/hub.ts'
import type { CheckedDevOptions } from './options.ts'
import { createPrinter, type Printer } from './print.ts'
import { createBuiltRuntime } from './runtime/built.ts'
import { createRuntimeHere } from './runtime/here.ts'
import { createInvocationRunner } from './runtime/invocations.ts'
import type { Runtime, RuntimeEvents } from './runtime/runtime.ts'
import { createEntries, type Entries } from './trace/entries.ts'
import { readGauges } from './trace/gauges.ts'
import { createGraphModel, deadLetterQueues, type GraphModel, resourceId } from './trace/graph.ts'
import { createInvocations, type KeptInvocations } from './trace/invocations.ts'
import { createLogs, type Logs } from './trace/logs.ts'
import { createRecorder } from './trace/recorder.ts'
import { createCounters } from './trace/stats.ts'
import { createStatsView, type StatsView } from './trace/stats-view.ts'

/** How much is kept of what happened: the newest. */
export const limits = {
  messages: 10_000,
  bytes: 128 * 1024 * 1024,
  invocations: 2000,
  logLines: 10_000,
} as const

/** A running system, and all that is known about it. */
export interface Engine {
  readonly title: string
  readonly startedAt: number
  readonly config: string | undefined
  readonly region: string
  readonly pipeline: Pipeline
  readonly runtime: Runtime
  readonly graph: GraphModel
  readonly entries: Entries
  readonly invocations: KeptInvocations
  readonly logs: Logs
  readonly stats: StatsView
  readonly hub: Hub
  readonly box: DeadLetterBox
  readonly generator: Generator
  readonly totals: () => Totals
  /** Something that only a restart applies. */
  readonly restartRequired: () => string | undefined
  readonly stop: () => Promise<void>
}

const secondMillis = 1000

/**
 * Starts the emulators and the Lambdas.
 *
 * @throws InvalidConfigurationError if the system cannot be built or imported, or if a port is in use
 */
export const startEngine = async (options: CheckedDevOptions): Promise<Engine> => {
  const { from, region, watch, port, print, logs: printsLogs } = options
  const title = options.title ?? basename(from.config === undefined ? process.cwd() : dirname(from.config))
  const printer: Printer = createPrinter(print, printsLogs)
  const counters = createCounters()
  const entries = createEntries(limits)
  const invocations = createInvocations(limits.invocations)
  const logs = createLogs(limits.logLines)
  const stats = createStatsView(counters)
  let deadLetters = 0

  /** What a runtime reports before the rest is ready is not needed: nothing was sent yet. */
  let events: RuntimeEvents | undefined
  const forwarded: RuntimeEvents = {
    onTrace: (...args) => events?.onTrace(...args),
    onPrint: (...args) => events?.onPrint(...args),
    onDescribed: (...args) => events?.onDescribed(...args),
    onReload: (...args) => events?.onReload(...args),
  }
  const runtime =
    from.config === undefined
      ? createRuntimeHere({
          system: from.system,
          description: from.description ?? (await describe(from.system as never)),
          region,
          onTrace: forwarded.onTrace,
        })
      : await createBuiltRuntime({ config: from.config, region, watch, ...forwarded })

  const reloaded = (): void => hub.emit('reload', { generation: runtime.generation(), lambdas: [], files: [] })
  const graph = createGraphModel(title, runtime.system, { onSeen: reloaded, onRenamed: counters.rename })
  const hub = createHub({ entries, counters, invocations, logs, isEdge: (id) => id.includes(' > ') })
  const recorder = createRecorder({ entries, counters, graph })
  const closing: (() => unknown)[] = [hub.close]

  const first = runtime.system
  let restartRequired: string | undefined

  events = {
    onTrace: (lambda, event) => recorder.traced(lambda, event),
    onPrint: (lambda, line, stream) => {
      logs.add({ time: performance.timeOrigin + performance.now(), lambda, stream, ...line })
      printer.line(lambda, line.text)
    },
    onDescribed: (system, generation) => {
      graph.describe(system, generation)
      restartRequired = changeOf(from.config, first, system)
      reloaded()
    },
    onReload: (event) => {
      printer.reload(event, restartRequired)
      hub.emit('reload', event)
    },
  }

  try {
    const { run } = createInvocationRunner({ runtime, recorder, invocations, graph, printer })
    const pipeline = await startPipeline(
      {
        queues: first.queues,
        streams: first.streams,
        topics: first.topics,
        functions: withoutLoad(first.functions),
        region,
        environment: from.config === undefined,
        logger: quiet(printer),
      },
      {
        ...(port === 0 ? {} : { ports: { sqs: port + 1, kinesis: port + 2, lambda: port + 3 } }),
        run,
        onCall: (call) => recorder.called(call),
        onDiscarded: (_, records) => recorder.discarded(records),
      },
    )
    // At once: an invocation may wait for a Lambda that cannot be built.
    closing.push(() => Promise.all([pipeline.stop(), runtime.close()]))

    const letterCounts = new Map<string, number>()
    const oldestLetters = new Map<string, number | undefined>()
    /** Queues that a letter has left. If another one comes before they are read again, the number alone does not show it. */
    const left = new Set<string>()
    const onAudit = (line: AuditLine): void => {
      printer.audit(line)
      left.add(line.queue)
    }
    const folder = from.config === undefined ? process.cwd() : dirname(from.config)
    const box = createDeadLetterBox({ pipeline, entries, graph, folder, onAudit })
    const generator = createGenerator({
      send: pipeline.send,
      onSent: (ids) => setOrigin(entries, ids, 'generated'),
      onChange: (generation) => hub.emit('generate', generation),
    })
    closing.push(generator.close)

    const totals = (): Totals => ({ ...entries.totals(), invocations: invocations.total(), deadLetters })

    /** Looks for new dead letters: nothing else says that SQS has moved a message. */
    const readDeadLetters = async (): Promise<void> => {
      const counts = await pipeline.counts()
      const kinds = deadLetterQueues(graph.system().description)
      let isChanged = false
      for (const name of box.queues()) {
        const { visible = 0, inFlight = 0, delayed = 0 } = counts.get(name) ?? {}
        const count = visible + inFlight + delayed
        if (!left.delete(name) && count === (letterCounts.get(name) ?? 0)) continue
        isChanged = true
        letterCounts.set(name, count)
        const { moved, oldestAt } = await box.inspect(name)
        oldestLetters.set(resourceId('sqs', name), oldestAt)
        recorder.died(moved, resourceId('sqs', name))
      }
      deadLetters = [...letterCounts].reduce(
        (sum, [name, count]) => sum + (kinds.has(resourceId('sqs', name)) ? count : 0),
        0,
      )
      if (isChanged) hub.emit('dead-letters', { total: deadLetters })
    }

    const everySecond = async (): Promise<void> => {
      const streams = Object.keys(first.streams)
      await readDeadLetters()
      const oldestIn = (queue: string) => oldestLetters.get(queue) ?? entries.oldestIn(queue)
      stats.setGauges(await readGauges(pipeline, { ...entries, oldestIn }, streams, runtime.status()))
      hub.emit('stats', stats.changes(graph.graph(), totals()))
    }
    let measuring: Promise<void> = Promise.resolve()
    const timer = setInterval(() => {
      measuring = measuring.then(everySecond).catch((error: unknown) => printer.problem(error))
    }, secondMillis)
    closing.push(async () => {
      clearInterval(timer)
      await measuring
    })

    await runtime.start(pipeline.environment)

    let stopped: Promise<void> | undefined
    return {
      title,
      startedAt: Date.now(),
      config: from.config,
      region,
      pipeline,
      runtime,
      graph,
      entries,
      invocations,
      logs,
      stats,
      hub,
      box,
      generator,
      totals,
      restartRequired: () => restartRequired,
      stop: () => {
        stopped ??= closeAll(closing)
        return stopped
      },
    }
  } catch (error) {
    await closeAll([runtime.close, ...closing])
    throw error
  }
}

/** The last thing that was opened is closed first. */
const closeAll = async (closing: readonly (() => unknown)[]): Promise<void> => {
  for (const close of closing.toReversed()) await close()
}

/** The pipeline imports no handler: it is given what runs them. */
const withoutLoad = (functions: Runtime['system']['functions']) =>
  Object.fromEntries(
    Object.entries(functions).map(([name, fn]) => [
      name,
      { ...fn, source: sourcesOf(fn), load: () => Promise.reject(new Error('not imported here')) },
    ]),
  )

/** Failed invocations are printed with their error elsewhere. */
const quiet = (printer: Printer): Logger => ({
  debug: () => undefined,
  info: () => undefined,
  warn: (message) => printer.note(String(message)),
  error: (message) => {
    if (!/^function .* failed: /.test(String(message))) printer.note(String(message))
  },
})

/** Marks messages with how they came here. */
export const setOrigin = (
  entries: Entries,
  ids: readonly string[],
  origin: 'sent' | 'rerun' | 'generated' | 'redriven',
): void => {
  for (const id of ids) {
    const entry = entries.get(id)
    if (entry === undefined) continue
    entry.origin = origin
    entries.touch(entry)
  }
}

/** Returns what changed that only a restart applies: the emulators and the event source mappings run already. */
const changeOf = (
  config: string | undefined,
  before: Runtime['system'],
  after: Runtime['system'],
): string | undefined => {
  const mappings = ({ functions }: Runtime['system']) =>
    Object.entries(functions).map(([name, { source, timeout }]) => [name, source, timeout])
  const changed = [
    ['queues', before.queues, after.queues],
    ['streams', before.streams, after.streams],
    ['topics', before.topics, after.topics],
    ['functions, their sources or their timeouts', mappings(before), mappings(after)],
  ].flatMap(([what, one, other]) => (JSON.stringify(one) === JSON.stringify(other) ? [] : [String(what)]))
  if (changed.length === 0) return undefined
  return `Not applied: ${changed.join(', ')} changed in ${basename(config ?? '')}. Restart \`lpipe dev\` to apply it`
}
