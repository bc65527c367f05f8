import type { ReadonlySignal } from '@preact/signals'
import type { Camera } from './camera.ts'
import type { Point, Polyline } from './geometry.ts'
import { Particles } from './particles.ts'

interface Colors {
  readonly ok: string
  readonly failed: string
}

const radius = 3.2

/** Draws the dots on a canvas that covers the view. It draws only while something moves. */
export class Dots {
  readonly #particles = new Particles()
  readonly #canvas: HTMLCanvasElement
  readonly #camera: ReadonlySignal<Camera>
  readonly #lines: ReadonlyMap<string, Polyline>
  #frame = 0

  constructor(canvas: HTMLCanvasElement, camera: ReadonlySignal<Camera>, lines: ReadonlyMap<string, Polyline>) {
    this.#canvas = canvas
    this.#camera = camera
    this.#lines = lines
  }

  /**
   * Messages moved along an edge in the last interval.
   *
   * @param interval milliseconds
   */
  add(edge: string, moved: number, failed: number, interval: number): void {
    if (document.hidden || matchMedia('(prefers-reduced-motion: reduce)').matches) return
    this.#particles.add(edge, moved, failed, performance.now(), interval)
    if (this.#frame === 0) this.#frame = requestAnimationFrame(this.#draw)
  }

  stop(): void {
    cancelAnimationFrame(this.#frame)
  }

  readonly #draw = (now: number): void => {
    const context = this.#canvas.getContext('2d')
    if (context === null) return
    const ok: Point[] = []
    const failed: Point[] = []
    this.#particles.move(now, this.#lines, (place, hasFailed) => (hasFailed ? failed : ok).push(place))
    const density = matchCanvas(this.#canvas)
    const { x, y, scale } = this.#camera.peek()
    const colors = this.#colors()
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height)
    context.setTransform(density, 0, 0, density, 0, 0)
    const size = Math.max(1.3, radius * Math.sqrt(scale))
    const fill = (points: readonly Point[], color: string, more: number): void => {
      context.fillStyle = color
      context.beginPath()
      for (const point of points) {
        const [left, top] = [point.x * scale + x, point.y * scale + y]
        context.moveTo(left + size + more, top)
        context.arc(left, top, size + more, 0, 2 * Math.PI)
      }
      context.fill()
    }
    fill(ok, colors.ok, 0)
    fill(failed, colors.failed, 0.8)
    this.#frame = this.#particles.size > 0 ? requestAnimationFrame(this.#draw) : 0
  }

  #colors(): Colors {
    const { color, outlineColor } = getComputedStyle(this.#canvas)
    return { ok: color, failed: outlineColor }
  }
}

/** Gives the canvas as many pixels as the screen has there, and returns how many that are for each CSS pixel. */
const matchCanvas = (canvas: HTMLCanvasElement): number => {
  const density = Math.min(2, devicePixelRatio)
  const [width, height] = [Math.round(canvas.clientWidth * density), Math.round(canvas.clientHeight * density)]
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  return density
}
