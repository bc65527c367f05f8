import { describe, expect, test } from '@jest/globals'
import { bodyOf, firstTarget, pathsOf } from '../src/send/targets.ts'

const path = (lambda: string, name: string, ...queues: string[]) => ({
  lambda,
  path: name,
  queues,
  isDefault: false,
  functions: [],
})
const paths = [
  path('inner', 'X'),
  path('intake', 'ORDER', 'orders'),
  path('intake', 'CANCEL', 'orders', 'urgent'),
  path('shipping', 'SHIP', 'parcels'),
]

describe('where a new message goes', () => {
  test.each([
    [{}, 'orders', 'ORDER'],
    [{ path: 'CANCEL' }, 'orders', 'CANCEL'],
    [{ queue: 'urgent' }, 'urgent', 'CANCEL'],
    [{ lambda: 'shipping' }, 'parcels', 'SHIP'],
    [{ path: 'NOWHERE' }, 'orders', 'ORDER'],
  ])('%j: to %s, path %s', (wanted, queue, name) => {
    expect(firstTarget(paths, wanted)).toMatchObject({ queue, path: { path: name } })
  })

  test('no queue leads to a path: nowhere', () => {
    expect(firstTarget([path('inner', 'X')], {})).toBeUndefined()
  })

  test('the paths of a queue are those of the Lambdas that read it', () => {
    expect(pathsOf(paths, 'orders').map((one) => one.path)).toEqual(['ORDER', 'CANCEL'])
  })
})

test('the body names the path, unless the Lambda has one for all messages; numbers stay as they are written', () => {
  const order = path('intake', 'ORDER', 'orders')
  const kwargs = '{"id":12345678901234567890}'
  expect(bodyOf({ queue: 'orders', path: order }, kwargs)).toBe(`{"path":"ORDER","kwargs":${kwargs}}`)
  expect(bodyOf({ queue: 'orders', path: { ...order, isDefault: true } }, kwargs)).toBe(kwargs)
})
