import * as nodeModule from 'node:module'
import { setImmediate } from 'node:timers/promises'
import { dryRunContext } from '@lpipe/core/middleware'
import { callHandler, type HandlerOptions } from '@lpipe/local/handler'
import { loaderOf } from '@lpipe/system/tools'
import { captureError, captureText } from './capture.ts'
import { importSystem } from './load.ts'
import { observe, referenceOf } from './observe.ts'
import { markOutput } from './output.ts'
import type { InvokeCommand, Report, RunTask } from './protocol.ts'

/** Loads the handler of a Lambda, and runs its invocations, one after another. */
export const runLambda = async (task: RunTask, report: (content: Report) => void): Promise<void> => {
  const { entry, outdir, folder, name, timeout, memory, region } = task
  let requestId: string | undefined
  const { running } = observe(report, folder)
  const markEnd = markOutput(running, () => requestId)
  const files = watchImports(outdir, (file) => report({ type: 'imported', file }))

  const system = await importSystem(entry)
  const { handler } = await loaderOf(system)(name)
  const options: HandlerOptions = { name, handler, timeout, memory, region }

  process.on('message', async (command: InvokeCommand) => {
    requestId = command.requestId
    const of = { requestId }
    try {
      const response =
        (await callHandler(command.dryRun ? dryRunOf(options, of.requestId, report) : options, command)) ?? null
      await setImmediate() // the end of its batch is published after the response
      report({ type: 'succeeded', ...of, response: throughJson(response), memoryBytes: process.memoryUsage.rss() })
    } catch (error) {
      await setImmediate()
      report({ type: 'failed', ...of, error: captureError(error, folder), memoryBytes: process.memoryUsage.rss() })
    } finally {
      requestId = undefined
      markEnd(of.requestId)
    }
  })
  report({ type: 'loaded', files: files && [...files] })
}

/** @throws TypeError if JSON cannot carry the response */
const throughJson = (response: unknown): unknown => (JSON.stringify(response) === undefined ? null : response)

/** Makes each invocation a dry run: lpipe captures what it would send. */
const dryRunOf = (options: HandlerOptions, requestId: string, report: (content: Report) => void): HandlerOptions => ({
  ...options,
  handler: (event, context, callback) =>
    options.handler(
      event,
      dryRunContext(context, {
        onSend: ({ queue, body }) =>
          report({
            type: 'sendCaptured',
            requestId,
            queue: referenceOf(queue),
            operation: 'send',
            body: captureText(body),
          }),
      }) as never,
      callback,
    ),
})

/**
 * Returns the built files that are imported: those until now, and calls `onImport` for later ones.
 *
 * @returns undefined if this version of Node.js does not know them (before 22.15)
 */
const watchImports = (outdir: string, onImport: (file: string) => void): ReadonlySet<string> | undefined => {
  const { registerHooks } = nodeModule as Partial<typeof nodeModule>
  if (registerHooks === undefined) return undefined
  const files = new Set<string>()
  registerHooks({
    load: (url, context, nextLoad) => {
      if (url.startsWith(outdir) && !files.has(url)) {
        files.add(url)
        onImport(url)
      }
      return nextLoad(url, context)
    },
  })
  return files
}
