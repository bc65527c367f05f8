import { expect, test } from '@jest/globals'
import { type AwsClient, clientOf } from '@lpipe/core/aws'
import { checkOptions } from '@lpipe/core/middleware'

const check = (client: unknown) => () => checkOptions('queueSqs', { client }, { client: clientOf('SQS') })

const send: AwsClient['send'] = async () => ({})

test.each([
  ['one of the service', { send, config: { serviceId: 'SQS' } }],
  ['one that does not say which', { send }],
  ['one without a config', { send, config: undefined }],
])('%s is accepted', (_, client) => {
  expect(check(client)).not.toThrow()
})

test.each([
  ['one of another service', { send, config: { serviceId: 'SNS' } }],
  ['one that cannot send', { config: { serviceId: 'SQS' } }],
  ['a function', send],
  ['null', null],
])('%s is refused', (_, client) => {
  expect(check(client)).toThrow('`client` must be a client of SQS')
})
