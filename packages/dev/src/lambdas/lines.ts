import type { Readable } from 'node:stream'

const newline = 10

/** Calls `onLine` with each line of a stream, decoded as UTF-8. Other line separators of Unicode do not end a line. */
export const readLines = (stream: Readable, onLine: (line: string) => void): void => {
  let rest: Buffer[] = []
  stream.on('data', (chunk: Buffer) => {
    let start = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      rest.push(chunk.subarray(start, end))
      start = end + 1
      const line = Buffer.concat(rest).toString()
      rest = []
      onLine(line)
    }
    if (start < chunk.length) rest.push(chunk.subarray(start))
  })
  stream.on('end', () => {
    if (rest.length > 0) onLine(Buffer.concat(rest).toString())
    rest = []
  })
  stream.on('error', () => undefined) // the process has ended
}
