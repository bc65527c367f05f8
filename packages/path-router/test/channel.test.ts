import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { expect, test } from '@jest/globals'
import { action, queue } from '@lpipe/core'
import { pathRouter } from '@lpipe/path-router'

test('queue() and pathRouter() publish what they have made, once it is checked', () => {
  const published: unknown[] = []
  const onMessage = (message: unknown, name: string | symbol): void => void published.push([name, message])
  const names = ['lpipe:graph', 'lpipe:queue']
  for (const name of names) subscribe(name, onMessage)
  const parcels = queue({ type: 'sqs', name: 'parcels' })
  const options = { paths: { ORDER: [action({ queues: [parcels], includeAllParams: true })] } }
  pathRouter(options)
  expect(() => queue({ type: 'sqs' })).toThrow('requires `name` or `url`')
  expect(() => pathRouter({ paths: {} })).toThrow('requires `call`, or `paths`')
  for (const name of names) unsubscribe(name, onMessage)
  pathRouter(options)
  expect(published).toEqual([
    ['lpipe:queue', parcels],
    ['lpipe:graph', { by: 'pathRouter', options }],
  ])
})
