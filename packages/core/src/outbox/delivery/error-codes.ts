/** Errors of a client that may be over at a retry: throttling, and a clock that the SDK corrects. */
const throttling = /throttl|toomanyrequests|slowdown|exceeded|limit|RequestExpired|RequestTimeTooSkewed|RequestTimeout/i

/** Errors that concern the whole queue: neither a retry nor a smaller call helps. */
const permanent =
  /NonExistentQueue|QueueDoesNotExist|QueueDeletedRecently|ResourceNotFound|NotFoundException|AccessDenied|NotAuthorized|Unauthorized|AuthorizationError|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|CredentialsProvider|TokenProvider|ExpiredToken|ERR_INVALID_|KMS\w*(?:Disabled|NotFound|Denied|InvalidState|OptInRequired)|InvalidAddress|InvalidSecurity|UnsupportedOperation/i

/** Codes by which SQS, SNS and EventBridge refuse the content of an entry. */
const content = /^(?:Invalid(?:MessageContents|Parameter|Attribute|Argument)|MessageTooLong|MalformedDetail)/

/** Codes by which SQS and SNS refuse a call that is too large. */
const tooLarge = /BatchRequestTooLong(?:Exception)?$/

/** Whether a code says that a retry may be accepted, although the error is the client's. */
export const isThrottling = (code: string): boolean => throttling.test(code)

/** Whether a code says that the queue refuses every entry, again and again. */
export const isPermanent = (code: string): boolean => permanent.test(code)

/** Whether a code says that the service does not take the content of an entry. */
export const concernsContent = (code: string): boolean => content.test(code)

/** Whether a code says that the call was larger than the queue allows. */
export const concernsSize = (code: string): boolean => tooLarge.test(code)
