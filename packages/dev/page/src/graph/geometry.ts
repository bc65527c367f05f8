export interface Point {
  readonly x: number
  readonly y: number
}

/** A curve as straight pieces, with the length from its start to each point. */
export interface Polyline {
  readonly points: readonly Point[]
  readonly lengths: readonly number[]
  readonly length: number
}

/** A cubic Bézier curve: its start, two control points, its end. */
export type Curve = readonly [Point, Point, Point, Point]

/** Returns curves through the points. Each leaves its start and enters its end horizontally, to the right. */
export const curvesThrough = ([first, ...rest]: readonly Point[]): readonly Curve[] => {
  let from = first
  return rest.flatMap((to): Curve[] => {
    if (from === undefined) return []
    const reach = Math.max(Math.abs(to.x - from.x) / 2, to.x < from.x ? 60 : 16)
    const curve: Curve = [from, { x: from.x + reach, y: from.y }, { x: to.x - reach, y: to.y }, to]
    from = to
    return [curve]
  })
}

/** Returns an SVG path of the curves. */
export const svgPath = (curves: readonly Curve[]): string =>
  curves.map(([a, b, c, d], index) => `${index === 0 ? `M${text(a)}` : ''}C${text(b)} ${text(c)} ${text(d)}`).join('')

const text = ({ x, y }: Point): string => `${Math.round(x)} ${Math.round(y)}`

const piecesPerCurve = 16

/** Returns the same line as straight pieces. */
export const polyline = (curves: readonly Curve[]): Polyline => {
  const points = curves.slice(0, 1).map(([start]) => start)
  for (const curve of curves) {
    for (let piece = 1; piece <= piecesPerCurve; piece++) points.push(bezier(curve, piece / piecesPerCurve))
  }
  const lengths = [0]
  let length = 0
  for (let index = 1; index < points.length; index++) {
    const [a, b] = [points[index - 1] as Point, points[index] as Point]
    length += Math.hypot(b.x - a.x, b.y - a.y)
    lengths.push(length)
  }
  return { points, lengths, length }
}

const bezier = ([a, b, c, d]: Curve, t: number): Point => {
  const u = 1 - t
  const [k, l, m, n] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t]
  return { x: k * a.x + l * b.x + m * c.x + n * d.x, y: k * a.y + l * b.y + m * c.y + n * d.y }
}

/** Returns the point at a distance from the start. */
export const pointAt = ({ points, lengths }: Polyline, distance: number): Point => {
  let low = 0
  let high = lengths.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((lengths[middle] as number) <= distance) low = middle
    else high = middle
  }
  const [a, b] = [points[low] as Point, points[high] as Point]
  const [from, to] = [lengths[low] as number, lengths[high] as number]
  const part = to === from ? 0 : Math.min(1, Math.max(0, (distance - from) / (to - from)))
  return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part }
}
