import type { SNSClient } from '@aws-sdk/client-sns'
import { expect, test } from '@jest/globals'
import { queue } from '@lpipe/core'
import { queueSns } from '@lpipe/queue-sns'
import { entryFor } from '@lpipe/testing'

const topic = queue({ type: 'sns', name: 'arn:aws:sns:us-east-1:000000000000:orders' } as never)

/** What becomes of three entries if SNS answers this. A real one cannot be made to. */
const answersTo = (output: object) => {
  const sender = queueSns({ client: { send: async () => output } as unknown as SNSClient })
  const wires = [0, 1, 2].map((id) => sender.prepare(entryFor(topic, id)).wire)
  return sender.send(topic, wires, new AbortController().signal)
}

test('an answer without a code, and without the side at fault, lets the entry be sent again', async () => {
  const Successful = [{ Id: '0' }, { Id: '2' }]
  expect(await answersTo({ Successful, Failed: [{ Id: '1' }] })).toEqual([
    undefined,
    { code: 'Unknown', reason: 'SNS refused the entry', senderFault: false },
    undefined,
  ])
})

test('an answer that says both of one entry counts as a failure', async () => {
  const Successful = [{ Id: '0' }, { Id: '1' }, { Id: '2' }]
  const answers = await answersTo({ Successful, Failed: [{ Id: '1', Code: 'X', SenderFault: true }] })
  expect(answers).toEqual([undefined, expect.objectContaining({ code: 'X', senderFault: true }), undefined])
})

test('an empty answer accepts none', async () => {
  const answers = await answersTo({})
  expect(answers.map((answer) => answer?.code)).toEqual(['NoAnswer', 'NoAnswer', 'NoAnswer'])
})
