import type { SendFailure } from '../../adapters/sender.ts'
import { errorMessage, errorName, isInvalidConfiguration } from '../../language/errors.ts'
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

/** Most characters of a code: a sender may name its errors as it likes, and each name is searched for many codes. */
const maxCode = 200

/**
 * Whether the text of an error may quote an entry: a service's text does, and that of JSON.parse quotes the answer that it could
 * not read.
 */
export const mayQuoteEntry = (error: unknown): boolean => {
  const { $fault } = readService(error)
  return $fault !== undefined || errorName(error) === 'SyntaxError'
}

/**
 * Returns what the error of a call says about its entries. A service's text may quote an entry, so only its code is kept; the
 * text of an error on this side of the network is safe.
 *
 * @see https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-smithy-smithy-client/Class/ServiceException/
 */
export const callFailureFrom = (error: unknown): CallFailure => {
  const { $fault, $retryable, code } = readService(error)
  const name = errorName(error)
  // Node throws an AggregateError without a text if none of a host's addresses answers.
  const isUnnamed = name === 'Error' || name === 'AggregateError'
  const label = (isUnnamed && code !== undefined ? code : name).slice(0, maxCode)
  const isThrottled = $retryable !== undefined || isThrottling(label)
  const isForGood =
    !isThrottled &&
    (isInvalidConfiguration(error) || isPermanent(`${label} ${code}`) || setup.test(errorMessage(error)))
  const isTooLarge = concernsSize(label)
  const isClientFault = $fault === 'client' && !isThrottled
  return {
    code: label,
    reason: reasonOf(error),
    senderFault: isForGood || isClientFault,
    mayBeOneEntry: isClientFault && !isForGood,
    isTooLarge,
  }
}

const reasonOf = (error: unknown): string => {
  if (readService(error).$fault !== undefined) return 'the service refused the call'
  if (mayQuoteEntry(error)) return 'its answer could not be read'
  return errorMessage(error).slice(0, 500) || 'no reason given'
}

/** A proxy may throw when it is read. */
const readService = (error: unknown): { $fault?: unknown; $retryable?: unknown; code?: string | undefined } =>
  // mutant: thrown-by-sender
  tryOr(() => {
    if (!isObject(error)) return {}
    const { $fault, $retryable, code } = error
    return { $fault, $retryable, code: typeof code === 'string' ? code.slice(0, maxCode) : undefined }
  }, {})
