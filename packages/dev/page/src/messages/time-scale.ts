import type { Span } from '../../../src/api/types.ts'

/** Places times on the axis of a waterfall: 0 is its left end, 1 its right one. */
export interface TimeScale {
  readonly start: number
  readonly end: number
  at(time: number): number
  /** Waits that are drawn shorter than they were: where they begin and end on the axis, and their milliseconds. */
  readonly breaks: readonly { readonly from: number; readonly to: number; readonly millis: number }[]
}

interface Interval {
  readonly start: number
  readonly end: number
}

const waits: ReadonlySet<Span['kind']> = new Set(['wait', 'retry'])
/** The part of the axis that a shortened wait gets. */
const breakPart = 0.06

/**
 * Makes the scale of some spans. With `shorten`, times in which everything waits are drawn as a short break, so that a function of
 * 3 ms can be seen beside a wait of 30 s.
 *
 * @param now the end of spans that still run
 */
export const timeScale = (spans: readonly Span[], now: number, shorten: boolean): TimeScale => {
  const endOf = (span: Span): number => Math.max(span.startedAt, span.endedAt ?? now)
  const start = Math.min(...spans.map(({ startedAt }) => startedAt))
  const end = Math.max(...spans.map(endOf))
  if (spans.length === 0 || end <= start) return { start: spans.length === 0 ? 0 : start, end, at: () => 0, breaks: [] }
  const busy = union(
    spans.filter(({ kind }) => !waits.has(kind)).map((span) => ({ start: span.startedAt, end: endOf(span) })),
  )
  const gaps = shorten ? longGaps(busy, start, end) : []
  const hidden = gaps.reduce((sum, gap) => sum + gap.end - gap.start, 0)
  const shown = end - start - hidden
  const perMilli = shown > 0 ? (1 - gaps.length * breakPart) / shown : 0
  const at = (time: number): number => {
    const clamped = Math.min(end, Math.max(start, time))
    let place = (clamped - start) * perMilli
    for (const gap of gaps) {
      if (clamped <= gap.start) break
      const passed = Math.min(clamped, gap.end) - gap.start
      place += (passed / (gap.end - gap.start)) * breakPart - passed * perMilli
    }
    return Math.min(1, Math.max(0, place))
  }
  return {
    start,
    end,
    at,
    breaks: gaps.map((gap) => ({ from: at(gap.start), to: at(gap.end), millis: gap.end - gap.start })),
  }
}

/** The part of the axis that a label needs. */
const labelPart = 0.15

/** Says which breaks have space for a label: not one that begins where the last label still is. */
export const labelledBreaks = (
  breaks: TimeScale['breaks'],
): readonly (TimeScale['breaks'][number] & { readonly hasLabel: boolean })[] => {
  let free = 0
  return breaks.map((one) => {
    const hasLabel = one.from >= free
    if (hasLabel) free = one.from + labelPart
    return { ...one, hasLabel }
  })
}

/** Waits that take more than half as long as all work. At most eight, the longest ones. */
const longGaps = (busy: readonly Interval[], start: number, end: number): readonly Interval[] => {
  const ends = [start, ...busy.map((one) => one.end)]
  const starts = [...busy.map((one) => one.start), end]
  const work = busy.reduce((sum, one) => sum + one.end - one.start, 0)
  return starts
    .map((gapEnd, index): Interval => ({ start: ends[index] as number, end: gapEnd }))
    .filter((gap) => gap.end - gap.start > work / 2)
    .sort((a, b) => b.end - b.start - (a.end - a.start))
    .slice(0, 8)
    .sort((a, b) => a.start - b.start)
}

const union = (intervals: readonly Interval[]): readonly Interval[] => {
  const merged: Interval[] = []
  for (const interval of [...intervals].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (last !== undefined && interval.start <= last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, interval.end) }
    } else merged.push(interval)
  }
  return merged
}
