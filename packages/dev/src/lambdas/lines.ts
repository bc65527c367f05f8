import type { Readable } from 'node:stream'

const newline = 10

/**
 * Calls `onLine` with each line of a stream, decoded as UTF-8. Other line separators of Unicode do not end a line.
 *
 * @param maxBytes of a longer line only the beginning and the end are kept; default: all of it
 */
export const readLines = (stream: Readable, onLine: (line: string) => void, maxBytes = Infinity): void => {
  let rest: Buffer[] = []
  let bytes = 0

  const keep = (part: Buffer): void => {
    rest.push(part)
    bytes += part.length
    // The last two stay: a mark may begin in one and end in the other.
    while (bytes > maxBytes && rest.length > 3) bytes -= rest.splice(-3, 1)[0]?.length ?? 0
  }

  const endLine = (): void => {
    const line = Buffer.concat(rest).toString()
    rest = []
    bytes = 0
    onLine(line)
  }

  stream.on('data', (chunk: Buffer) => {
    let start = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      keep(chunk.subarray(start, end))
      start = end + 1
      endLine()
    }
    if (start < chunk.length) keep(chunk.subarray(start))
  })
  stream.on('end', () => {
    if (rest.length > 0) endLine()
  })
  stream.on('error', () => undefined) // the process has ended
}
