/** Measures one contender, a round for each message: see `isolates.ts`. */
import { parentPort, workerData } from 'node:worker_threads'
import { Bench } from 'tinybench'
import type { Contest } from './isolates.ts'
import { mustWork } from './must-work.ts'
import { sources } from './sources.ts'
import { context } from './work.ts'

const { source, contender, size, iterations } = workerData as Contest
const { contenders, event } = sources[source]
const handler = (contenders() as Readonly<Record<string, (event: unknown, context: unknown) => unknown>>)[contender]
if (handler === undefined) throw new Error(`${source} has no contender ${contender}`)
const batch = event(size)
const called = context()
const run = () => handler(batch, called)

const warmupMillis = 500

await mustWork(contender, run, size)
// Until the engine has optimized what it will.
for (const end = performance.now() + warmupMillis; performance.now() < end; ) await run()
const bench = new Bench({ iterations, time: 0, warmup: false, throws: true, subtractTimerOverhead: true })
bench.add(contender, run, { async: true })
parentPort?.on('message', async () => {
  bench.reset()
  const [task] = await bench.run()
  const result = task?.result
  parentPort?.postMessage(result !== undefined && 'latency' in result ? result.latency.mean * 1000 : Number.NaN)
})
parentPort?.postMessage('ready')
