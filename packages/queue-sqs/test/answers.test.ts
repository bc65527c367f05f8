import type { SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, test } from '@jest/globals'
import type { Message } from '@lpipe/core'
import { queueSqs } from '@lpipe/queue-sqs'
import { entryFor, sendEntries } from '@lpipe/testing'
import { sqs } from './sqs.ts'

const { signal } = new AbortController()

/** A client whose SQS answers all calls with this. A real one cannot be made to. */
const clientWith = (output: object) =>
  ({ send: async () => ({ QueueUrl: 'https://sqs.test/1/q', ...output }) }) as unknown as SQSClient

describe('an answer for entries that were sent', () => {
  const to = sqs('', { url: 'https://sqs.test/1/q' })
  const answersTo = (output: object) =>
    sendEntries(queueSqs({ client: clientWith(output) }), to, [entryFor(to, 0), entryFor(to, 1), entryFor(to, 2)])

  test('without a code, and without the side at fault, lets the entry be sent again', async () => {
    const Successful = [{ Id: '0' }, { Id: '2' }]
    expect(await answersTo({ Successful, Failed: [{ Id: '1' }] })).toEqual([
      undefined,
      { code: 'Unknown', reason: 'SQS refused the entry', senderFault: false },
      undefined,
    ])
  })

  test('that says both of one entry counts as a failure', async () => {
    const Successful = [{ Id: '0' }, { Id: '1' }, { Id: '2' }]
    const answers = await answersTo({ Successful, Failed: [{ Id: '1', Code: 'X', SenderFault: true }] })
    expect(answers).toEqual([undefined, expect.objectContaining({ code: 'X', senderFault: true }), undefined])
  })

  test('that is empty accepts none', async () => {
    const answers = await answersTo({})
    expect(answers.map((answer) => answer?.code)).toEqual(['NoAnswer', 'NoAnswer', 'NoAnswer'])
  })
})

describe('an answer for messages to delete', () => {
  const messages = [0, 1].map(
    (index) =>
      ({ eventSource: 'arn:aws:sqs:us-east-1:0:q', record: { receiptHandle: `r${index}` } }) as never as Message,
  )
  const leftBy = (output: object) => queueSqs({ client: clientWith(output) }).remove(messages, signal)

  test('with an id that was not sent does not hide those that were', async () => {
    expect(await leftBy({ Successful: [{ Id: '9' }, {}, { Id: '0' }, { Id: '1' }] })).toEqual([])
  })

  test('that is empty, or names no URL, deletes none', async () => {
    expect(await leftBy({})).toEqual(messages)
    expect(await leftBy({ QueueUrl: undefined, Successful: [{ Id: '0' }, { Id: '1' }] })).toEqual(messages)
  })
})
