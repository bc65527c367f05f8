import type { Watch } from './watch.ts'

/** Lines that are written: those of the log, and those of the metrics. */
export interface WatchedLines extends Watch {
  /** Removes and returns the metrics that invocations of a Lambda wrote, without times. */
  readonly takeMetrics: (service: string) => readonly string[]
}

/** Collects the lines that lpipe writes to the standard output. A line of the log must name its own request only. */
export const watchLines = (): WatchedLines => {
  const { stdout } = process
  const write = stdout.write
  const problems: string[] = []
  const metrics = new Map<string, string[]>()
  let lines = 0

  const readLog = (text: string): void => {
    lines += 1
    const { requestId, messageId = '', request = requestId } = JSON.parse(text)
    const isOwn = request === requestId && (messageId === '' || String(messageId).startsWith(`${requestId}/`))
    if (!isOwn) problems.push(`a log line of ${requestId} names another request: ${text}`)
  }

  const readMetrics = (text: string): void => {
    const { _aws, duration, service, ...values } = JSON.parse(text)
    metrics.set(service, [...(metrics.get(service) ?? []), JSON.stringify(values)])
  }

  stdout.write = ((text: string, ...rest: []): boolean => {
    for (const line of typeof text === 'string' ? text.trimEnd().split('\n') : []) {
      if (line.startsWith('{"timestamp"')) readLog(line)
      else if (line.startsWith('{"_aws"')) readMetrics(line)
      else write.call(stdout, `${line}\n`, ...rest)
    }
    return true
  }) as typeof write
  return {
    problems,
    count: () => lines,
    takeMetrics: (service) => {
      const taken = metrics.get(service) ?? []
      metrics.delete(service)
      return taken
    },
    stop: () => {
      stdout.write = write
    },
  }
}
