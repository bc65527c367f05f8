import { Presets, SingleBar } from 'cli-progress'
import { numberText } from './table.ts'

/** Shows the progress. */
export interface Progress {
  readonly at: (done: number) => void
  readonly end: () => void
}

/** A bar on a terminal; otherwise, or if logs would break the bar, a line for each quarter. */
export const showProgress = (total: number, plain: boolean): Progress =>
  process.stdout.isTTY && !plain ? bar(total) : lines(total)

const bar = (total: number): Progress => {
  const format = '  {bar} {percentage}%  {value} of {total} messages'
  const formatValue = (value: number): string => numberText(value)
  const shown = new SingleBar({ format, formatValue, stream: process.stdout, hideCursor: true }, Presets.shades_classic)
  shown.start(total, 0)
  return { at: (done) => shown.update(done), end: () => shown.stop() }
}

const lines = (total: number): Progress => {
  let quarter = 0
  return {
    at: (done) => {
      const reached = Math.floor((done / total) * 4)
      if (reached <= quarter) return
      quarter = reached
      console.log(`  ${numberText(done)} of ${numberText(total)} messages`)
    },
    end: () => undefined,
  }
}
