import { beforeEach } from '@jest/globals'

const start = 1_000_000
let time = start
beforeEach(() => {
  time = start
})

/** The time in milliseconds. It stands still, and begins anew with each test. */
export const now = (): number => time

/** Lets seconds pass. */
export const seconds = (count: number): void => {
  time += count * 1000
}

/** Two failures within a minute open the circuit for half a minute. */
export const options = { failures: 2, windowSeconds: 60, pauseSeconds: 30, now }
