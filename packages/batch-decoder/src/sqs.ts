import { type Format, parsed } from './decode.ts'

/** SQS: `body` is JSON text. */
export const sqs: Format = {
  idOf: ({ messageId }) => messageId,
  bodyOf: (message, { body }) => parsed(message, body),
}
