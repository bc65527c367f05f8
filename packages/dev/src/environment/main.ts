import { writeSync } from 'node:fs'
import { captureError } from './capture.ts'
import { describeSystem } from './describe.ts'
import type { Report, RunTask, Task } from './protocol.ts'
import { runLambda } from './run.ts'

/** The pipe of the reports. A write to it is done when it returns, so that nothing is lost if the process ends or never returns. */
const reports = 3

const report = (content: Report): void => {
  const bytes = Buffer.from(`${JSON.stringify(content)}\n`)
  for (let written = 0; written < bytes.length; ) written += writeSync(reports, bytes, written)
}

process.once('disconnect', () => process.exit()) // the server has ended

process.once('message', async (task: Task) => {
  process.on('uncaughtExceptionMonitor', (error) =>
    report({ type: 'uncaught', error: captureError(error, task.folder) }),
  )
  try {
    await start(task)
  } catch (error) {
    report({ type: 'problem', error: captureError(error, task.folder) })
  }
})

const start = (task: Task): Promise<void> =>
  task.type === 'describe' ? describeSystem(task, report) : runLambda(task satisfies RunTask, report)
