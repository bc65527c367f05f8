import { invalidConfiguration } from '../language/errors.ts'
import type { LpipeRequest, MiddlewareName } from './batch.ts'
import { type InvocationBatch, openBatch } from './invocation-batch.ts'

/** The positions in which middy must receive the middlewares. */
const positions: Readonly<Record<MiddlewareName, number>> = {
  batchResponse: 0,
  errorClassifier: 1,
  batchDecoder: 2,
  messageNormalizer: 3,
  payloadChain: 4,
  pathRouter: 5,
}

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
  // They enter in order, so that the last one is the farthest.
  const last = entered[entered.length - 1]
  if (last !== undefined && positions[last] >= positions[name]) refuseOrder(entered, name)
  for (let index = 0; index < requires.length; index += 1) {
    const required = requires[index] as MiddlewareName
    if (!entered.includes(required)) {
      invalidConfiguration(`${name}() requires ${required}() before it. Add it, or swap them if it comes later`)
    }
  }
  batch.enter(name)
  return batch
}

const refuseOrder = (entered: readonly MiddlewareName[], name: MiddlewareName): never => {
  if (entered.includes(name)) invalidConfiguration(`${name}() is used twice. Remove one`)
  const other = entered.find((one) => positions[one] > positions[name])
  return invalidConfiguration(`${name}() must be used before ${other}(). Swap them`)
}
