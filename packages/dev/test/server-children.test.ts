import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from '@jest/globals'
import { createServerChildren } from '../src/lambdas/server-children.ts'

const startLoop = (): ChildProcess => spawn(process.execPath, ['--eval', 'for (;;);'], { stdio: 'ignore' })

test('a server that has stopped leaves no process and no listener', async () => {
  const listeners = process.listenerCount('exit')
  const children = createServerChildren()
  const other = createServerChildren()
  expect(process.listenerCount('exit')).toBe(listeners + 2)

  const [ofThis, late, ofOther] = [startLoop(), startLoop(), startLoop()]
  children.add(ofThis)
  other.add(ofOther)
  const ended = once(ofThis, 'exit')
  children.close()
  expect(await ended).toEqual([null, 'SIGKILL'])
  const lateEnded = once(late, 'exit')
  children.add(late)
  expect(await lateEnded).toEqual([null, 'SIGKILL'])
  expect(ofOther.exitCode ?? ofOther.signalCode).toBeNull()

  const otherEnded = once(ofOther, 'exit')
  other.close()
  await otherEnded
  expect(process.listenerCount('exit')).toBe(listeners)
})
