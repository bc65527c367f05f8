import type { LogLine } from '../api/types.ts'

/** The newest lines that Lambdas printed. */
export interface Logs {
  readonly add: (line: LogLine) => void
  readonly lines: () => readonly LogLine[]
  /** Returns the lines that were added since the last call, and how many more there were. */
  readonly takeNew: (most: number) => { readonly lines: LogLine[]; readonly skipped: number }
}

export const createLogs = (limit: number): Logs => {
  let lines: LogLine[] = []
  let added: LogLine[] = []
  let skipped = 0
  return {
    add: (line) => {
      lines.push(line)
      // Not with each line: that would copy the list each time.
      if (lines.length > limit * 1.25) lines = lines.slice(-limit)
      if (added.length < 1000) added.push(line)
      else skipped += 1
    },
    lines: () => lines,
    takeNew: (most) => {
      const taken = { lines: added.slice(0, most), skipped: skipped + Math.max(0, added.length - most) }
      added = []
      skipped = 0
      return taken
    },
  }
}
