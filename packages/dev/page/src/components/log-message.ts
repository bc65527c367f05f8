/** A line that is JSON, as loggers write it: its message, and the rest. */
export interface LogMessage {
  readonly message: string
  readonly rest: Readonly<Record<string, unknown>> | undefined
}

/** Members that the line shows already. */
const shown: ReadonlySet<string> = new Set(['message', 'msg', 'level', 'timestamp', 'time'])

/** Returns the message of a line, and its other members if the line is a JSON object with a message. */
export const logMessageOf = (text: string): LogMessage => {
  if (!text.startsWith('{')) return { message: text, rest: undefined }
  try {
    const value: Readonly<Record<string, unknown>> = JSON.parse(text)
    const message = value['message'] ?? value['msg']
    if (typeof message !== 'string') return { message: text, rest: undefined }
    const rest = Object.entries(value).filter(([name]) => !shown.has(name))
    return { message, rest: rest.length === 0 ? undefined : Object.fromEntries(rest) }
  } catch {
    return { message: text, rest: undefined }
  }
}
