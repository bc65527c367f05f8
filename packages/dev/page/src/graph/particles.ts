import { type Point, type Polyline, pointAt } from './geometry.ts'

/** One dot: one message, or several if more move than can be shown. */
interface Particle {
  readonly edge: string
  readonly failed: boolean
  /** milliseconds of the clock of the frames */
  readonly start: number
}

/** Milliseconds that a dot takes from one end of its edge to the other. */
const travelMillis = 1_100
/** Dots of one edge in one interval. More messages than that share dots. */
const mostPerInterval = 8
const mostAtOnce = 1_500

/** The dots that move along the edges. Counts go in, positions come out. */
export class Particles {
  #alive: Particle[] = []

  get size(): number {
    return this.#alive.length
  }

  /**
   * Messages moved along an edge in the last interval: their dots start spread over the next one.
   *
   * @param interval milliseconds
   */
  add(edge: string, moved: number, failed: number, now: number, interval: number): void {
    const dots = Math.min(moved, mostPerInterval, mostAtOnce - this.#alive.length)
    const red = failed === 0 ? 0 : Math.max(1, Math.round((dots * failed) / moved))
    for (let index = 0; index < dots; index++) {
      this.#alive.push({ edge, failed: index < red, start: now + (index * interval) / dots })
    }
  }

  /** Forgets dots that have arrived, and calls `draw` with the place of each other one that has started. */
  move(now: number, lines: ReadonlyMap<string, Polyline>, draw: (place: Point, failed: boolean) => void): void {
    this.#alive = this.#alive.filter(({ start }) => now < start + travelMillis)
    for (const { edge, failed, start } of this.#alive) {
      const line = lines.get(edge)
      if (line !== undefined && now >= start) draw(pointAt(line, (line.length * (now - start)) / travelMillis), failed)
    }
  }
}
