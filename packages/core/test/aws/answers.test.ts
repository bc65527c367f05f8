import { expect, test } from '@jest/globals'
import { answersById } from '@lpipe/core/aws'
import fc from 'fast-check'

const notMentioned = { code: 'NoAnswer', reason: 'SQS did not mention the entry', senderFault: false }

test('each entry has its own answer', () => {
  const Failed = [{ Id: '1', Code: 'InternalError', SenderFault: false }, { Id: '2' }]
  expect(answersById('SQS', 4, { Successful: [{ Id: '0' }], Failed })).toEqual([
    undefined,
    { code: 'InternalError', reason: 'SQS refused the entry', senderFault: false },
    { code: 'Unknown', reason: 'SQS refused the entry', senderFault: false },
    notMentioned,
  ])
})

test('whatever the answer names, there is one for each entry, and only a named one was accepted', () => {
  const id = fc.oneof(fc.nat(20).map(String), fc.constantFrom('', '-1', '1.5', 'length', undefined))
  const answer = fc.record({ Successful: fc.array(fc.record({ Id: id })), Failed: fc.array(fc.record({ Id: id })) })
  fc.assert(
    fc.property(fc.nat(10), answer, (count, { Successful, Failed }) => {
      const answers = answersById('SQS', count, { Successful, Failed })
      expect(answers).toHaveLength(count)
      const accepted = [...answers.keys()].filter((index) => answers[index] === undefined)
      const [successful, failed] = [Successful, Failed].map((list) => new Set(list.map(({ Id }) => Id)))
      expect(accepted.every((index) => successful?.has(`${index}`) && !failed?.has(`${index}`))).toBe(true)
    }),
  )
})
