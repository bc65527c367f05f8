import { isObject } from './objects.ts'

/** An error of SQS. */
export interface SqsFault {
  readonly Code: string
  readonly Message: string
}

/** An entry of a batch that SQS refuses, as the response lists it. */
export interface FailedEntry extends SqsFault {
  readonly Id: string
  readonly SenderFault: true
}

/** The outcome of the checks: a fault of the whole request, or the entries that fail while the others are processed. */
export type CheckedRequest =
  | { readonly fault: SqsFault }
  | { readonly fault: undefined; readonly failed: readonly FailedEntry[] }

/** The checks in front of fauxqs. */
export interface SqsLimits {
  readonly check: (operation: string, body: unknown) => CheckedRequest
  /** Notes that a message was received now. */
  readonly received: (receiptHandle: unknown) => void
}

type Members = Readonly<Record<string, unknown>>
type Check = (members: Members, request: Members) => SqsFault | undefined

/** 12 hours in seconds, counted from the receive */
const maxVisibility = 43_200
const maxAttributes = 10

/**
 * Creates checks for requests that SQS refuses and fauxqs accepts: ids, group ids, delays, attributes, empty bodies, wait times, and a visibility timeout that would end more than 12 hours after the receive.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export const createSqsLimits = (): SqsLimits => {
  const receivedAt = new Map<unknown, number>()

  const checkVisibility: Check = ({ ReceiptHandle, VisibilityTimeout }) => {
    const fault = checkVisibilityTimeout(VisibilityTimeout)
    if (fault !== undefined) return fault
    const since = receivedAt.get(ReceiptHandle)
    if (since === undefined || typeof VisibilityTimeout !== 'number') return undefined
    if (VisibilityTimeout + (performance.now() - since) / 1000 <= maxVisibility) return undefined
    return wrongValue(
      VisibilityTimeout,
      'VisibilityTimeout',
      `Total VisibilityTimeout for the message is beyond the limit [${maxVisibility} seconds].`,
    )
  }

  const forget: Check = ({ ReceiptHandle }) => {
    receivedAt.delete(ReceiptHandle)
    return undefined
  }

  const requestChecks: Readonly<Record<string, Check>> = {
    SendMessage: checkMessage,
    SendMessageBatch: checkEntries,
    ReceiveMessage: checkReceive,
    ChangeMessageVisibility: checkVisibility,
    DeleteMessage: forget,
  }
  const entryChecks: Readonly<Record<string, Check>> = {
    SendMessageBatch: checkMessage,
    ChangeMessageVisibilityBatch: checkVisibility,
    DeleteMessageBatch: forget,
  }

  return {
    check: (operation, body) => {
      const request = isObject(body) ? body : {}
      const fault = requestChecks[operation]?.(request, request)
      if (fault !== undefined) return { fault }
      const failed = entriesOf(request).flatMap((entry): FailedEntry[] => {
        const entryFault = entryChecks[operation]?.(entry, request)
        return entryFault === undefined ? [] : [{ Id: String(entry['Id']), SenderFault: true, ...entryFault }]
      })
      return { fault: undefined, failed }
    },
    received: (receiptHandle) => {
      receivedAt.set(receiptHandle, performance.now())
    },
  }
}

const entriesOf = ({ Entries }: Members): readonly Members[] => (Array.isArray(Entries) ? Entries.filter(isObject) : [])

const fault = (Code: string, Message: string): SqsFault => ({ Code, Message })

const wrongValue = (value: unknown, parameter: string, reason: string): SqsFault =>
  fault('InvalidParameterValue', `Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`)

const missing = (parameter: string): SqsFault =>
  fault('MissingParameter', `The request must contain the parameter ${parameter}.`)

const isIntegerIn = (value: unknown, least: number, most: number): boolean =>
  value === undefined || (Number.isInteger(value) && (value as number) >= least && (value as number) <= most)

/** Faults of one entry that make SQS refuse the whole batch. */
const checkEntries: Check = (request) => {
  for (const [index, { Id, MessageBody }] of entriesOf(request).entries()) {
    if (MessageBody === undefined || MessageBody === '') {
      return missing(`SendMessageBatchRequestEntry.${index + 1}.MessageBody`)
    }
    if (String(Id).length > 80) {
      return fault(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      )
    }
  }
  return undefined
}

const checkReceive: Check = ({ MaxNumberOfMessages: count, WaitTimeSeconds: wait, VisibilityTimeout: timeout }) => {
  if (!isIntegerIn(count, 1, 10))
    return wrongValue(count, 'MaxNumberOfMessages', 'Must be between 1 and 10, if provided.')
  if (!isIntegerIn(wait, 0, 20)) return wrongValue(wait, 'WaitTimeSeconds', 'Must be >= 0 and <= 20, if provided.')
  return checkVisibilityTimeout(timeout)
}

const checkVisibilityTimeout = (timeout: unknown): SqsFault | undefined =>
  isIntegerIn(timeout, 0, maxVisibility)
    ? undefined
    : wrongValue(timeout, 'VisibilityTimeout', `Must be an integer between 0 and ${maxVisibility}.`)

/** alphanumeric characters and punctuation, no space */
const groupId = /^[!-~]{1,128}$/

const checkMessage: Check = (message, { QueueUrl }) => {
  const { MessageBody, DelaySeconds, MessageGroupId, MessageDeduplicationId, MessageAttributes } = message
  const { MessageSystemAttributes } = message
  if (MessageBody === undefined || MessageBody === '') return missing('MessageBody')
  if (!isIntegerIn(DelaySeconds, 0, 900)) return wrongValue(DelaySeconds, 'DelaySeconds', 'Must be between 0 and 900.')
  for (const [parameter, id] of Object.entries({ MessageGroupId, MessageDeduplicationId })) {
    if (id !== undefined && !groupId.test(String(id))) {
      const reason = `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`
      return wrongValue(String(id), parameter, reason)
    }
  }
  if (MessageDeduplicationId !== undefined && !String(QueueUrl).endsWith('.fifo')) {
    const reason = 'The request include parameter that is not valid for this queue type.'
    return wrongValue(MessageDeduplicationId, 'MessageDeduplicationId', reason)
  }
  return (
    checkAttributes(isObject(MessageAttributes) ? MessageAttributes : {}) ??
    checkSystemAttributes(isObject(MessageSystemAttributes) ? MessageSystemAttributes : {})
  )
}

const attributeName = /^(?!(?:aws|amazon)\.)(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/i
const attributeType = /^(?:String|Number|Binary)(?:\.|$)/
const notXmlCharacter = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u

const checkAttributes = (attributes: Members): SqsFault | undefined => {
  const count = Object.keys(attributes).length
  if (count > maxAttributes) {
    return fault(
      'InvalidParameterValue',
      `Number of message attributes [${count}] exceeds the allowed maximum [${maxAttributes}].`,
    )
  }
  for (const [name, attribute] of Object.entries(attributes)) {
    const reason = attributeProblem(name, isObject(attribute) ? attribute : {})
    if (reason !== undefined) return fault('InvalidParameterValue', reason)
  }
  return undefined
}

const traceHeader = /(?:^|;)Root=1-[\da-f]{8}-[\da-f]{24}(?:;|$)/i

/** The only system attribute that may be sent is the trace header of X-Ray. */
const checkSystemAttributes = (attributes: Members): SqsFault | undefined => {
  for (const [name, attribute] of Object.entries(attributes)) {
    const { DataType, StringValue } = isObject(attribute) ? attribute : {}
    if (name === 'AWSTraceHeader' && DataType === 'String' && traceHeader.test(String(StringValue))) continue
    return fault('InvalidParameterValue', `The message system attribute '${name}' is invalid.`)
  }
  return undefined
}

const attributeProblem = (name: string, { DataType, StringValue, BinaryValue }: Members): string | undefined => {
  const prefix = `The message attribute '${name}'`
  if (!attributeName.test(name)) return `${prefix} has an invalid name.`
  if (!attributeType.test(String(DataType)) || String(DataType).length > 256) return `${prefix} has an invalid type.`
  if (StringValue !== undefined && BinaryValue !== undefined) return `${prefix} must contain one value, not two.`
  const value = String(DataType).startsWith('Binary') ? BinaryValue : StringValue
  if (value === undefined || value === '') return `${prefix} must contain a non-empty value.`
  if (StringValue !== undefined && notXmlCharacter.test(String(StringValue))) {
    return `${prefix} contains characters that are not allowed.`
  }
  const isWrongNumber = String(DataType).startsWith('Number') && !Number.isFinite(Number(StringValue))
  return isWrongNumber ? `Can't cast the value of message attribute '${name}' to a number.` : undefined
}
