import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from '@jest/globals'
import { type Queue, queue } from '@lpipe/core'
import { createSenders } from '../src/senders.ts'
import { senderWith } from './pipeline.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

test('queues and senders that are made for one message are not kept in the warm process', async () => {
  const senderOf = createSenders()
  const shared = () => senderWith({})
  const made = (sender: () => ReturnType<typeof senderWith>): WeakRef<Queue> => {
    const one = queue({ type: 'mine', name: 'orders', sender })
    senderOf(one)
    return new WeakRef(one)
  }
  const refs = [made(shared), made(() => senderWith({}))]
  await new Promise(setImmediate) // until then a WeakRef holds its target
  collectGarbage()
  expect(refs.map((ref) => ref.deref())).toEqual([undefined, undefined])
})
