import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { findDev } from '@lpipe/dev'
import { writeSession } from '../src/session.ts'

test('of several servers of one configuration the last one that still runs is found', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lpipe-session-'))
  const config = join(folder, 'lpipe.config.ts')
  const start = (port: number) =>
    writeSession({ origin: `http://127.0.0.1:${port}`, token: 'x', pid: process.pid, config })
  const found = (): string | undefined => findDev(config)?.origin.slice(-1)
  const [stop1, stop2, stop3] = [start(1), start(2), start(3)]
  expect(found()).toBe('3')
  stop2()
  expect(found()).toBe('3')
  stop3()
  expect(found()).toBe('1')
  stop1()
  expect(found()).toBeUndefined()
  await rm(folder, { recursive: true })
})
