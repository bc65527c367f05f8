import { describe, expect, test } from '@jest/globals'
import { firstLook, fitAll, reveal, scales, zoom } from '../src/graph/camera.ts'

const view = { width: 1_000, height: 600 }

describe('the camera', () => {
  test('shows all of a graph, in the middle, never larger than it is', () => {
    expect(fitAll({ width: 2_000, height: 600 }, view)).toEqual({ x: 0, y: 150, scale: 0.5 })
    expect(fitAll({ width: 500, height: 300 }, view)).toEqual({ x: 250, y: 150, scale: 1 })
  })

  test('starts at the entry if the text of all could not be read', () => {
    const entry = { x: 40, y: 2_000, width: 200, height: 100 }
    const camera = firstLook({ width: 9_000, height: 4_000 }, entry, view)
    const top = entry.y * camera.scale + camera.y
    expect(camera.scale).toBe(0.4)
    expect(top).toBeGreaterThan(0)
    expect(top).toBeLessThan(view.height)
  })

  test('keeps the point below the pointer when it zooms', () => {
    const before = { x: 20, y: -30, scale: 0.5 }
    const after = zoom(before, 1.5, 400, 300)
    expect((400 - after.x) / after.scale).toBeCloseTo((400 - before.x) / before.scale)
    expect((300 - after.y) / after.scale).toBeCloseTo((300 - before.y) / before.scale)
  })

  test('has a largest and a smallest scale', () => {
    expect(zoom({ x: 0, y: 0, scale: 1 }, 100, 0, 0).scale).toBe(scales.most)
    expect(zoom({ x: 0, y: 0, scale: 1 }, 0.001, 0, 0).scale).toBe(scales.least)
  })

  test('moves to a box that cannot be seen, and stays if it can', () => {
    const camera = { x: 0, y: 0, scale: 1 }
    expect(reveal(camera, { x: 100, y: 100, width: 200, height: 100 }, view)).toEqual(camera)
    const moved = reveal(camera, { x: 1_500, y: -400, width: 200, height: 100 }, view)
    expect(moved.x).toBe(-(1_700 - (1_000 - 24)))
    expect(moved.y).toBe(424)
  })
})
