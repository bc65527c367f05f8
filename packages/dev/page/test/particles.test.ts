import { describe, expect, test } from '@jest/globals'
import { polyline } from '../src/graph/geometry.ts'
import { Particles } from '../src/graph/particles.ts'

const line = polyline([
  [
    { x: 0, y: 0 },
    { x: 30, y: 0 },
    { x: 60, y: 0 },
    { x: 90, y: 0 },
  ],
])
const lines = new Map([['edge', line]])

const seenAt = (particles: Particles, now: number) => {
  const seen: { x: number; failed: boolean }[] = []
  particles.move(now, lines, ({ x }, failed) => seen.push({ x, failed }))
  return seen
}

describe('the dots', () => {
  test('one message is one dot that moves from the start to the end, and is gone then', () => {
    const particles = new Particles()
    particles.add('edge', 1, 0, 0, 250)
    expect(seenAt(particles, 0)).toEqual([{ x: 0, failed: false }])
    expect(seenAt(particles, 550)[0]?.x).toBeCloseTo(45, 0)
    expect(seenAt(particles, 1_100)).toEqual([])
    expect(particles.size).toBe(0)
  })

  test('several start one after another', () => {
    const particles = new Particles()
    particles.add('edge', 5, 0, 0, 250)
    expect(seenAt(particles, 0)).toHaveLength(1)
    expect(seenAt(particles, 249)).toHaveLength(5)
  })

  test('failures are shown, even one in a thousand', () => {
    const particles = new Particles()
    particles.add('edge', 1_000, 1, 0, 250)
    expect(seenAt(particles, 249).filter(({ failed }) => failed)).toHaveLength(1)
  })

  test('there is a limit for one edge and for all', () => {
    const particles = new Particles()
    particles.add('edge', 100_000, 0, 0, 250)
    expect(particles.size).toBeLessThanOrEqual(8)
    for (let index = 0; index < 10_000; index++) particles.add('edge', 100, 0, 0, 250)
    expect(particles.size).toBeLessThanOrEqual(1_500)
  })

  test('nothing moved: no dot', () => {
    const particles = new Particles()
    particles.add('edge', 0, 0, 0, 250)
    expect(particles.size).toBe(0)
  })
})
