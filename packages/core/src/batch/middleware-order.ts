import { invalidConfiguration } from '../language/errors.ts'
import type { LpipeRequest, MiddlewareName } from './batch.ts'
import { type InvocationBatch, openBatch } from './invocation-batch.ts'

/** The order in which middy must receive the middlewares. */
const order = [
  'batchResponse',
  'errorClassifier',
  'batchDecoder',
  'messageNormalizer',
  'payloadChain',
  'pathRouter',
] as const

/**
 * Registers that the `before` hook of one of lpipe's middlewares runs, and returns the batch.
 *
 * @param requires the middlewares that it depends on
 * @throws InvalidConfigurationError if it is used twice, after one that must follow it, or without one that it requires
 */
export const enterMiddleware = (
  request: LpipeRequest,
  name: MiddlewareName,
  ...requires: readonly MiddlewareName[]
): InvocationBatch => {
  const batch = openBatch(request)
  const { entered } = batch
  const position = order.indexOf(name)
  // They enter in order, so that the last one is the farthest.
  const last = entered.at(-1)
  if (last !== undefined && order.indexOf(last) >= position) refuseOrder(entered, name)
  for (let index = 0; index < requires.length; index += 1) {
    const required = requires[index] as MiddlewareName
    if (!entered.includes(required)) {
      invalidConfiguration(`${name}() requires ${required}() before it. Add it, or swap them if it comes later`)
    }
  }
  entered.push(name)
  return batch
}

const refuseOrder = (entered: readonly MiddlewareName[], name: MiddlewareName): never => {
  if (entered.includes(name)) invalidConfiguration(`${name}() is used twice. Remove one`)
  const other = entered.find((one) => order.indexOf(one) > order.indexOf(name))
  return invalidConfiguration(`${name}() must be used before ${other}(). Swap them`)
}
