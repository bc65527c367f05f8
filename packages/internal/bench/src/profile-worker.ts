/** Profiles one contender: see `profile.ts`. */
import { Session } from 'node:inspector/promises'
import { findSourceMap } from 'node:module'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import { mustWork } from './must-work.ts'
import type { Profiled } from './profile.ts'
import { sources } from './sources.ts'
import { context } from './work.ts'

const { source, contender, size, millis } = workerData as Profiled
const { contenders, event } = sources[source]
const handler = (contenders() as Readonly<Record<string, (event: unknown, context: unknown) => unknown>>)[contender]
if (handler === undefined) throw new Error(`${source} has no contender ${contender}`)
const batch = event(size)
const called = context()
const run = () => handler(batch, called)
const runFor = async (time: number): Promise<number> => {
  let batches = 0
  for (const end = performance.now() + time; performance.now() < end; batches += 1) await run()
  return batches
}

await mustWork(contender, run, size)
await runFor(millis) // until the engine has optimized what it will
const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.setSamplingInterval', { interval: 100 })
await session.post('Profiler.start')
const batches = await runFor(millis)
const { profile } = await session.post('Profiler.stop')

const packages = fileURLToPath(new URL('../../../', import.meta.url))

/** The file that a frame was written in, or what V8 calls a frame without one, as "(garbage collector)". */
const fileOf = (url: string, line: number, column: number, name: string): string => {
  if (url === '') return name.startsWith('(') ? name : '(built in)'
  if (!url.startsWith('file:')) return 'Node'
  const entry = findSourceMap(url)?.findEntry(line, column)
  const original = entry !== undefined && 'originalSource' in entry ? entry.originalSource : undefined
  const path = original === undefined ? url : new URL(original, url).href
  return relative(packages, fileURLToPath(path)).replace(/^.*node_modules\//, '')
}

const files = new Map(
  profile.nodes.map(({ id, callFrame: { url, lineNumber, columnNumber, functionName } }) => [
    id,
    fileOf(url, lineNumber, columnNumber, functionName),
  ]),
)
const micros: Record<string, number> = {}
for (const [index, id] of (profile.samples ?? []).entries()) {
  const file = files.get(id) ?? '(unknown)'
  micros[file] = (micros[file] ?? 0) + (profile.timeDeltas?.[index] ?? 0) / batches
}
parentPort?.postMessage(micros)
