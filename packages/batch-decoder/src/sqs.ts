import { type Format, parsed } from './decode.ts'

/** SQS: `body` is JSON text. */
export const sqs: Format = {
  idOf: (record) => record?.['messageId'],
  bodyOf: (message, record) => parsed(message, record?.['body']),
}
