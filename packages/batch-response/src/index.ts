import { adopt, type Batch, batchOf, checkOptions, type Source } from '@lpipe/core'
import type { MiddlewareObj, Request } from '@middy/core'
import { respondToKinesis } from './kinesis.ts'
import { respondToRaw } from './raw.ts'
import { respondToSqs } from './sqs.ts'

/**
 * Turns outcomes into the answer that Lambda expects from the event's source. The event source mapping must have
 * `FunctionResponseTypes: [ReportBatchItemFailures]`: without it Lambda takes any answer for a batch that is done.
 *
 * Whatever is thrown, here or before, is thrown on: Lambda then keeps the whole batch.
 *
 * @throws InvalidConfigurationError, at an invocation, if nothing handled the messages
 * @throws FailCatastrophically, at an invocation, if messages failed and the source cannot be told which
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export const batchResponse = (options: Readonly<Record<never, never>> = {}): MiddlewareObj<unknown, unknown> => {
  checkOptions('batchResponse', options, [])

  return {
    after: function batchResponseAfter(request: Request<unknown, unknown>): void | Promise<void> {
      const batch = batchOf(request, 'batchResponse')
      adopt(batch, request.response)
      return respond[batch.source ?? 'raw'](batch, request)
    },
  }
}

const respond: Readonly<Record<Source, (batch: Batch, request: Request) => void | Promise<void>>> = {
  sqs: respondToSqs,
  kinesis: respondToKinesis,
  raw: respondToRaw,
}
