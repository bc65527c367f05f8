import { writeSync } from 'node:fs'
import { errorName, isError } from '@lpipe/core/middleware'
import { captureError } from './capture.ts'
import type { Report, Task } from './protocol.ts'

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
    report({ type: 'problem', error: captureError(reasonOf(error), task.folder) })
  }
})

/** The loader of a system wraps what a module throws when it is imported. */
const reasonOf = (error: unknown): unknown =>
  isError(error) && errorName(error) === 'InvalidConfigurationError' && isError(error.cause) ? error.cause : error

// Imported when needed: a Lambda's process must not carry the compiler that describes.
const start = async (task: Task): Promise<void> => {
  if (task.type === 'run') return (await import('./run.ts')).runLambda(task, report)
  return (await import('./describe.ts')).describeSystem(task, report)
}
