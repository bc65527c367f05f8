import { linePath } from './line-path.ts'

interface SparklineProps {
  readonly values: readonly number[]
  /** A second line: failures. */
  readonly errors?: readonly number[]
  readonly width?: number
  readonly height?: number
  /** Read by screen readers instead of the line. Missing: the line is decoration. */
  readonly label?: string
}

/** The last values as a line. */
export const Sparkline = ({ values, errors, width = 96, height = 24, label }: SparklineProps) => {
  const highest = Math.max(1, ...values, ...(errors ?? []))
  const line = linePath(values, highest, width, height)
  return (
    <svg
      class="spark"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role={label === undefined ? undefined : 'img'}
      aria-label={label}
      aria-hidden={label === undefined ? 'true' : undefined}
    >
      {line === '' ? null : <path class="area" d={`${line}L${width} ${height}L0 ${height}Z`} />}
      <path d={line} />
      {errors?.some((value) => value > 0) ? <path class="errors" d={linePath(errors, highest, width, height)} /> : null}
    </svg>
  )
}
