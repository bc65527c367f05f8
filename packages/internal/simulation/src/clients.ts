import type { PutRecordsRequestEntry } from '@aws-sdk/client-kinesis'
import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs'
import { awsError } from './aws-errors.ts'
import { endCall } from './breakers.ts'
import { happens, oneOf } from './random.ts'
import { abortable, createService } from './service.ts'
import { queueUrl } from './targets.ts'
import { fromKinesis, fromSqs } from './wire-entries.ts'
import { current, type Target, violate, type World } from './world.ts'

interface CallOptions {
  readonly abortSignal?: AbortSignal
}

/** The AWS clients: real commands, modelled answers. */
export interface Clients {
  readonly sqs: { readonly send: (command: object, options?: CallOptions) => Promise<unknown> }
  readonly kinesis: { readonly send: (command: object, options?: CallOptions) => Promise<unknown> }
}

/** What the queue that messages came from offers to those who received them. */
export interface SourceReceipts {
  /** Returns whether the receipt was still valid. */
  readonly remove: (receipt: string) => boolean
  readonly postpone: (receipt: string, seconds: number) => boolean
}

export const createClients = (world: World, receipts: SourceReceipts | undefined): Clients => {
  const { clock, random } = world
  const { faults } = world.scenario
  const service = createService(world)

  const onSource = async (
    what: (receipt: string, index: number) => boolean,
    handles: readonly string[],
    signal: AbortSignal | undefined,
  ) => {
    if (current.getStore()?.hasEnded) violate(world, 'time', 'a call to the source was made after the response')
    if (handles.length > 10) violate(world, 'limits', `${handles.length} entries in a call to the source`)
    await clock.sleep(service.latency('sqs'))
    const fault = happens(random, faults.source) ? oneOf(random, ['thrown', 'slow', 'entries'] as const) : undefined
    if (fault === 'thrown') throw awsError('InternalError', 'server')
    if (fault === 'slow') await clock.sleep(5000)
    noteEnd()
    if (signal?.aborted) throw awsError('AbortError', undefined)
    const done = handles.map((handle, index) => (fault !== 'entries' || happens(random, 50)) && what(handle, index))
    return {
      Successful: handles.flatMap((_, index) => (done[index] ? [{ Id: String(index) }] : [])),
      Failed: handles.flatMap((_, index) => (done[index] ? [] : [{ Id: String(index), SenderFault: true }])),
    }
  }

  const findUrl = async (name: string, signal: AbortSignal | undefined): Promise<unknown> => {
    const key = queueUrl(name)
    const target = [...world.targets, world.deadLetters].find((one) => one.key === key)
    const find = async (): Promise<unknown> => {
      await clock.sleep(service.latency('sqs'))
      if (target?.down === 'missing') throw awsError('QueueDoesNotExist', 'client')
      if (happens(random, target === undefined ? faults.source : faults.send)) {
        // Without a deadline nothing ends a call that is never answered.
        const hangs = faults.kinds.includes('never') && current.getStore()?.deadline !== Number.POSITIVE_INFINITY
        if (hangs) await new Promise(() => undefined)
        throw awsError('RequestThrottled', 'client', true)
      }
      return { QueueUrl: key }
    }
    if (target !== undefined) target.circuit.calledAt = clock.now()
    try {
      return await abortable(find(), signal)
    } catch (error) {
      current.getStore()?.unknownUrls.add(key)
      if (target !== undefined) endCall(world, target.circuit, false, true)
      throw error
    } finally {
      noteEnd()
    }
  }

  /** Something of the invocation has ended. */
  const noteEnd = (): void => {
    const invocation = current.getStore()
    if (invocation !== undefined) invocation.lastEndAt = clock.now()
  }

  const sqs = async (command: object, { abortSignal }: CallOptions = {}): Promise<unknown> => {
    const { input } = command as { readonly input: never }
    if (abortSignal?.aborted) throw awsError('AbortError', undefined)
    switch (command.constructor.name) {
      case 'GetQueueUrlCommand':
        return findUrl((input as { readonly QueueName: string }).QueueName, abortSignal)
      case 'SendMessageBatchCommand': {
        const { QueueUrl, Entries } = input as SendInput
        const target = service.targetOf(QueueUrl)
        checkEntries(world, target, Entries)
        const answers = await service.send(target, Entries.map(fromSqs), abortSignal)
        return {
          Successful: Entries.flatMap(({ Id }, index) => (answers[index] === 'accepted' ? [{ Id }] : [])),
          Failed: Entries.flatMap(({ Id }, index) => {
            const answer = answers[index]
            if (answer !== 'failed' && answer !== 'refused') return []
            return [{ Id, Code: 'ForTheTest', SenderFault: answer === 'refused' }]
          }),
        }
      }
      case 'DeleteMessageBatchCommand': {
        const { Entries } = input as { readonly Entries: readonly { readonly ReceiptHandle: string }[] }
        const handles = Entries.map(({ ReceiptHandle }) => ReceiptHandle)
        return abortable(
          onSource((handle) => receipts?.remove(handle) ?? false, handles, abortSignal),
          abortSignal,
        )
      }
      case 'ChangeMessageVisibilityBatchCommand': {
        const { Entries } = input as {
          readonly Entries: readonly { readonly ReceiptHandle: string; readonly VisibilityTimeout: number }[]
        }
        const handles = Entries.map(({ ReceiptHandle }) => ReceiptHandle)
        const postpone = (handle: string, index: number): boolean =>
          receipts?.postpone(handle, Entries[index]?.VisibilityTimeout ?? 0) ?? false
        return abortable(onSource(postpone, handles, abortSignal), abortSignal)
      }
      default:
        throw new Error(`the model has no ${command.constructor.name}`)
    }
  }

  const kinesis = async (command: object, { abortSignal }: CallOptions = {}): Promise<unknown> => {
    const { StreamName, Records } = (command as { readonly input: PutInput }).input
    if (abortSignal?.aborted) throw awsError('AbortError', undefined)
    if (Records.length === 0) return { Records: [] }
    const answers = await service.send(service.targetOf(StreamName), Records.map(fromKinesis), abortSignal)
    const results = answers.map((answer) => {
      if (answer === 'accepted') return { SequenceNumber: '1' }
      return answer === 'silent' ? {} : { ErrorCode: 'InternalFailure' }
    })
    const isCut = results.at(-1)?.SequenceNumber === undefined && happens(random, 30)
    return { Records: isCut ? results.slice(0, -1) : results }
  }

  return { sqs: { send: sqs }, kinesis: { send: kinesis } }
}

interface SendInput {
  readonly QueueUrl: string
  readonly Entries: readonly SendMessageBatchRequestEntry[]
}

interface PutInput {
  readonly StreamName: string
  readonly Records: readonly PutRecordsRequestEntry[]
}

/** What SQS itself would refuse. */
const checkEntries = (world: World, target: Target, entries: SendInput['Entries']): void => {
  const ids = new Set(entries.map(({ Id }) => Id))
  if (ids.size !== entries.length || entries.length === 0) violate(world, 'limits', 'the ids of a call are not unique')
  for (const { MessageGroupId, MessageDeduplicationId = '' } of entries) {
    const isValid = MessageGroupId !== undefined && /^[!-~]{1,128}$/.test(MessageDeduplicationId)
    if (target.kind === 'fifo' && !isValid) violate(world, 'limits', 'an entry without its group or deduplication id')
  }
}
