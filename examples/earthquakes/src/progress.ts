import { Presets, SingleBar } from 'cli-progress'
import { numberText } from './table.ts'

/** Shows how far it is. */
export interface Progress {
  readonly at: (done: number) => void
  readonly end: () => void
}

/** A bar on a terminal; a line for each quarter elsewhere, or if other lines would run into the bar. */
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
