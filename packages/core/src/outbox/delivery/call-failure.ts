import type { SendFailure } from '../../adapters/sender.ts'
import { errorMessage, errorName, InvalidConfigurationError } from '../../language/errors.ts'
import { isObject, tryOr } from '../../values.ts'
import { concernsSize, isPermanent, isThrottling } from './error-codes.ts'

/** What a failed call says about a retry. */
export interface CallFailure extends SendFailure {
  /** Whether the fault may be that of one entry: then the call is split. */
  readonly mayBeOneEntry: boolean
  /** Whether the call was larger than the queue allows. */
  readonly isTooLarge: boolean
}

/** Texts of the SDK for a region or credentials that are missing or wrong. These errors have no code. */
const setup = /^Region (?:is missing|not accepted)|^Resolved credential object is not valid/

/**
 * Returns what the error of a call says about its entries. A service's text may quote an entry, so only its code is kept; the
 * text of an error on this side of the network is safe.
 *
 * @see https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-smithy-smithy-client/Class/ServiceException/
 */
export const callFailureFrom = (error: unknown): CallFailure => tryOr(() => readCallFailure(error), unreadable)

const unreadable: CallFailure = {
  code: 'Unknown',
  reason: 'the sender threw an unreadable value',
  senderFault: false,
  mayBeOneEntry: false,
  isTooLarge: false,
}

const readCallFailure = (error: unknown): CallFailure => {
  const { $fault, $retryable, code } = readService(error)
  const name = errorName(error)
  const label = name === 'Error' && typeof code === 'string' ? code : name
  const isService = $fault === 'client' || $fault === 'server'
  const isThrottled = $retryable !== undefined || isThrottling(label)
  const isForGood =
    !isThrottled &&
    (error instanceof InvalidConfigurationError || isPermanent(`${label} ${code}`) || setup.test(errorMessage(error)))
  const isTooLarge = concernsSize(label)
  const isClientFault = $fault === 'client' && !isThrottled
  return {
    code: label,
    reason: isService ? 'the service refused the call' : errorMessage(error).slice(0, 500),
    senderFault: isForGood || isClientFault,
    mayBeOneEntry: isClientFault && !isForGood,
    isTooLarge,
  }
}

const readService = (error: unknown): Readonly<Record<string, unknown>> =>
  tryOr(() => {
    if (!isObject(error)) return {}
    const { $fault, $retryable, code } = error
    return { $fault, $retryable, code }
  }, {})
