import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { invoke, sqsEvent } from '@lpipe/testing'
import { parse } from 'yaml'
import { subscribe } from '../src/subscribe.ts'

/** A template's own tags, such as `!Ref X`, as objects: `{ Ref: 'X' }`. */
const customTags = ['Ref', 'GetAtt', 'Sub'].map((name) => ({
  tag: `!${name}`,
  resolve: (text: string) => ({ [name]: text }),
}))

const template = parse(readFileSync(new URL('../template.yaml', import.meta.url), 'utf8'), { customTags })
const { Subscribe, SubscribeQueue, SubscribeDeadLetterQueue, SubscribeDroppedQueue } = template.Resources

describe('the template', () => {
  test('makes Lambda read which messages failed', () => {
    expect(Subscribe.Properties.Events.Queue.Properties).toMatchObject({
      Queue: { GetAtt: 'SubscribeQueue.Arn' },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    })
  })

  test('hides a message for six times as long as the function may run', () => {
    expect(SubscribeQueue.Properties.VisibilityTimeout).toBe(6 * template.Globals.Function.Timeout)
  })

  test('redrives to a dead-letter queue that keeps messages as long as SQS can', () => {
    const { deadLetterTargetArn, maxReceiveCount } = SubscribeQueue.Properties.RedrivePolicy
    expect(deadLetterTargetArn).toEqual({ GetAtt: 'SubscribeDeadLetterQueue.Arn' })
    expect(maxReceiveCount).toBeGreaterThan(1)
    expect(SubscribeDeadLetterQueue.Properties.MessageRetentionPeriod).toBe(14 * 24 * 60 * 60)
  })

  test('keeps dropped messages as long as SQS can, and may send to the queues that its variables name', () => {
    expect(SubscribeDroppedQueue.Properties.MessageRetentionPeriod).toBe(14 * 24 * 60 * 60)
    const variables: readonly { Ref: string }[] = Object.values(Subscribe.Properties.Environment.Variables)
    expect(Subscribe.Properties.Policies).toEqual(
      variables.map(({ Ref }) => ({ SQSSendMessagePolicy: { QueueName: { GetAtt: `${Ref}.QueueName` } } })),
    )
  })

  test('leaves out of the bundle the packages of the SDK that the runtime has', () => {
    expect(Subscribe.Metadata.BuildProperties.External).toEqual(['@aws-sdk/*', '@smithy/*'])
  })

  test('names a handler that exists where esbuild writes it, and a runtime that Lambda supports', async () => {
    const [entry] = Subscribe.Metadata.BuildProperties.EntryPoints
    const [file, name] = Subscribe.Properties.Handler.split('.')
    expect(basename(entry, '.ts')).toBe(file)
    const module = await import(`../${entry}`)
    expect(await invoke(module[name], sqsEvent([]))).toEqual({ batchItemFailures: [] })
    expect(['nodejs22.x', 'nodejs24.x']).toContain(template.Globals.Function.Runtime)
  })
})

test('the function can be called', async () => {
  expect(await subscribe({ name: 'Ada', email: 'ada@example.com' })).toBe('Ada is subscribed')
  await expect(subscribe({ name: 'Ada', email: 'nowhere' })).rejects.toThrow('the subscriber has no email address')
})
