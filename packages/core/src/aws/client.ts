import type { Expectation } from '../language/options.ts'
import { getOwn, isObject } from '../values.ts'

/**
 * A client of the AWS SDK, for example an `SQSClient`. Not the SDK's own type: a Lambda that uses one service has not
 * installed the packages of the others.
 */
export interface AwsClient {
  send(command: never, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown>
}

/**
 * The rule of an option that takes a client.
 *
 * @param serviceId of the SDK: `SQS`, `Kinesis`. A client of another service is refused
 */
export const clientOf = (serviceId: string): Expectation => ({
  expected: `a client of ${serviceId}`,
  accepts: (value) => {
    if (!isObject(value)) return false
    const id = getOwn(value['config'], 'serviceId')
    return typeof value['send'] === 'function' && (id === undefined || id === serviceId)
  },
})
