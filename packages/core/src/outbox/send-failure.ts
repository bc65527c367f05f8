import type { SendFailure } from '../adapters/sender.ts'
import { errorMessage, errorName, InvalidConfigurationError } from '../language/errors.ts'
import { ignoreRejection, isObject, isThenable, tryOr } from '../values.ts'

/** What a failed call says about a retry. */
export interface CallFailure extends SendFailure {
  /** Whether the fault may be that of one entry: then the call is split. */
  readonly mayBeOneEntry: boolean
  /** Whether the call was larger than the queue allows. */
  readonly isTooLarge: boolean
}

/** Errors of a client that may be over at a retry: throttling, and a clock that the SDK corrects. */
const throttling = /throttl|toomanyrequests|slowdown|exceeded|limit|RequestExpired|RequestTimeTooSkewed|RequestTimeout/i

/** Errors that concern the whole queue: neither a retry nor a smaller call helps. */
const permanent =
  /NonExistentQueue|QueueDoesNotExist|QueueDeletedRecently|ResourceNotFound|NotFoundException|AccessDenied|NotAuthorized|Unauthorized|AuthorizationError|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|CredentialsProvider|TokenProvider|ExpiredToken|ERR_INVALID_|KMS\w*(?:Disabled|NotFound|Denied|InvalidState|OptInRequired)|InvalidAddress|InvalidSecurity|UnsupportedOperation/i

/** Texts of the SDK for a region or credentials that are missing or wrong. These errors have no code. */
const setup = /^Region (?:is missing|not accepted)|^Resolved credential object is not valid/

/** Codes by which SQS, SNS and EventBridge refuse the content of an entry. */
const content = /^(?:Invalid(?:MessageContents|Parameter|Attribute|Argument)|MessageTooLong|MalformedDetail)/

/** Whether a code says that the service does not take the content of an entry. */
export const concernsContent = (code: string): boolean => content.test(code)

/** Whether a failure for good may be the fault of the entry, and not of the queue, its rights, or what a later delivery mends. */
export const mayConcernEntry = (failure: SendFailure): boolean =>
  failure.senderFault &&
  failure !== promisedAnswer &&
  failure.retryAfterSeconds === undefined &&
  !permanent.test(failure.code)

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
  const isThrottled = $retryable !== undefined || throttling.test(label)
  const isPermanent =
    !isThrottled &&
    (error instanceof InvalidConfigurationError ||
      permanent.test(`${label} ${code}`) ||
      setup.test(errorMessage(error)))
  const isTooLarge = /BatchRequestTooLong(?:Exception)?$/.test(label)
  const isClientFault = $fault === 'client' && !isThrottled
  return {
    code: label,
    reason: isService ? 'the service refused the call' : errorMessage(error).slice(0, 500),
    senderFault: isPermanent || isClientFault,
    mayBeOneEntry: isClientFault && !isPermanent,
    isTooLarge,
  }
}

const readService = (error: unknown): Readonly<Record<string, unknown>> =>
  tryOr(() => {
    if (!isObject(error)) return {}
    const { $fault, $retryable, code } = error
    return { $fault, $retryable, code }
  }, {})

/** Not retried: the entry may have been sent. */
const promisedAnswer: SendFailure = {
  code: 'InvalidAnswer',
  reason: 'the sender returned an array of promises: return Promise.all(...)',
  senderFault: true,
}

/** Returns the failure that a sender reported for an entry. Only undefined means that the entry was accepted. */
export const sendFailureFrom = (answer: unknown): SendFailure | undefined => {
  if (answer === undefined) return undefined
  return tryOr(
    () => {
      if (isThenable(answer)) {
        ignoreRejection(answer)
        return promisedAnswer
      }
      const { code, reason, senderFault, retryAfterSeconds } = answer as Partial<SendFailure>
      return {
        code: String(code ?? 'Unknown'),
        reason: String(reason ?? 'no reason given'),
        senderFault: senderFault === true,
        ...(typeof retryAfterSeconds === 'number' && { retryAfterSeconds }),
      }
    },
    { code: 'Unknown', reason: 'the sender returned an unreadable failure', senderFault: false },
  )
}
