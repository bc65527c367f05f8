/** Runs the stress test for a minute: `npm run stress`, `npm run stress -- --seconds 10`. It fails if anything is wrong. */
import { parseArgs } from 'node:util'
import { stress } from './stress.ts'
import { stressThreads } from './threads.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } })
const millis = (Number(values.seconds) * 1000) / 2
const concurrency = 64
/** The heap of one process varies by so much. */
const maxGrown = 4 * 2 ** 20

const reports = [await stress({ concurrency, millis }), ...(await stressThreads(4, { concurrency, millis }))]
const print = (...cells: readonly unknown[]): void => console.log(`| ${cells.join(' | ')} |`)

print(
  `${concurrency} invocations at the same time`,
  'invocations',
  'log lines',
  'events',
  'spans',
  'heap grown by, MiB',
  'problems',
)
print('---', '---:', '---:', '---:', '---:', '---:', '---:')
for (const [at, { invocations, counts, grown, problems }] of reports.entries()) {
  const place = at === 0 ? 'in the main thread' : `in worker thread ${at} of ${reports.length - 1}`
  print(place, invocations, counts.lines, counts.events, counts.spans, (grown / 2 ** 20).toFixed(2), problems.length)
}
for (const { problems } of reports) for (const problem of problems) console.error(problem)
if (reports.some(({ problems, grown }) => problems.length > 0 || grown > maxGrown)) process.exitCode = 1
