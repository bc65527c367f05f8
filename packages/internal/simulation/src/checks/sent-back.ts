import { redrive } from '@lpipe/redrive'
import { arnOf, region } from '../arns.ts'
import { happens } from '../random.ts'
import { contentOf } from '../record-formats.ts'
import { isQueue } from '../scenario.ts'
import { addTo, violate, type World } from '../world.ts'

/** A message of the dead-letter queue. */
interface StoredLetter {
  readonly id: string
  readonly body: string
  /** The content of its record. */
  readonly text: string
  readonly isForged: boolean
  readonly isTruncated: boolean
  isHidden: boolean
  isDeleted: boolean
}

/** What a dead letter says of its record. */
interface LetterBody {
  readonly source: object
  readonly record: object | null
  readonly truncated?: string
}

/**
 * Sends the dead letters of a run back, some of which lie about where they came from. None is sent to another queue or stream
 * than the source, none is lost, and each that was deleted was sent once.
 */
export const checkSentBack = async (world: World): Promise<void> => {
  const { scenario, random, stats, deadLetters } = world
  if (world.letters.length === 0) return
  const { source } = scenario
  const service = source === 'kinesis' ? 'kinesis' : 'sqs'
  const say = (text: string): void => violate(world, 'sent back', text)

  const stored = world.letters.map((body, index): StoredLetter => {
    const letter = JSON.parse(body) as LetterBody
    const isForged = (isQueue(source) || source === 'kinesis') && happens(random, 30)
    // Another queue of the account, or one of the source's name in another account.
    const name = world.records[0]?.arn.split(':').at(-1) as string
    const arn = happens(random, 50) ? arnOf(service, `${name}-of-others`) : arnOf(service, name, '999999999999')
    const forged = { ...letter, source: { ...letter.source, arn } }
    if (isForged) stats.forged += 1
    return {
      id: `letter-${index}`,
      body: isForged ? JSON.stringify(forged) : body,
      text: letter.record === null ? '' : contentOf(letter.record),
      isForged,
      isTruncated: letter.truncated !== undefined,
      isHidden: false,
      isDeleted: false,
    }
  })
  const hasFaults = happens(random, 50)
  const fails = (): boolean => hasFaults && happens(random, 20)
  const refuse = (): never => {
    throw Object.assign(new Error('for the test'), { name: 'RequestThrottled', $fault: 'client' })
  }
  const sent = new Map<string, number>()
  const allowed = new Set(world.records.map(({ arn }) => arn))
  const accept = (arn: string, text: string): void => {
    world.trace(`a dead letter is sent back to ${arn}: ${text}`)
    if (!allowed.has(arn)) say(`a dead letter is sent to ${arn}, and it came from ${[...allowed]}`)
    if (fails()) refuse()
    stats.sentBack += 1
    addTo(sent, text, 1)
  }
  const byReceipt = ({ ReceiptHandle }: { readonly ReceiptHandle: string }): StoredLetter =>
    stored.find(({ id }) => id === ReceiptHandle) as StoredLetter

  const answers: Readonly<Record<string, (input: never) => unknown>> = {
    GetQueueUrlCommand: ({ QueueName, QueueOwnerAWSAccountId }: UrlInput) => ({
      QueueUrl: arnOf('sqs', QueueName, QueueOwnerAWSAccountId),
    }),
    GetQueueAttributesCommand: () => ({
      Attributes: { QueueArn: arnOf('sqs', deadLetters.name), ApproximateNumberOfMessages: String(stored.length) },
    }),
    ReceiveMessageCommand: ({ MaxNumberOfMessages }: { readonly MaxNumberOfMessages: number }) => {
      const received = stored.filter((one) => !one.isHidden && !one.isDeleted).slice(0, MaxNumberOfMessages)
      for (const one of received) one.isHidden = true
      return { Messages: received.map(({ id, body }) => ({ MessageId: id, ReceiptHandle: id, Body: body })) }
    },
    SendMessageCommand: ({ QueueUrl, MessageBody }: { readonly QueueUrl: string; readonly MessageBody: string }) =>
      accept(QueueUrl, MessageBody),
    PutRecordCommand: ({ StreamName, StreamARN, Data }: PutInput) =>
      accept(StreamARN ?? arnOf('kinesis', `stream/${StreamName}`), Buffer.from(Data).toString()),
    DeleteMessageBatchCommand: ({ Entries }: BatchInput) => {
      if (fails()) refuse()
      const deleted = Entries.filter(() => !fails())
      for (const entry of deleted) byReceipt(entry).isDeleted = true
      return { Successful: deleted.map(({ Id }) => ({ Id })) }
    },
    ChangeMessageVisibilityBatchCommand: ({ Entries }: BatchInput) => {
      for (const entry of Entries) byReceipt(entry).isHidden = false
      return {}
    },
  }
  const client = {
    config: { region: async () => region },
    send: async (command: object) => {
      const { input } = command as { readonly input: never }
      const answer = answers[command.constructor.name]
      if (answer === undefined) throw new Error(`the model has no ${command.constructor.name}`)
      return answer(input) ?? {}
    },
  }
  const { received, redriven, left } = await redrive({
    from: deadLetters.name,
    to: [...allowed].filter((arn) => arn.startsWith('arn:aws:sqs:') || arn.startsWith('arn:aws:kinesis:')),
    client: client as never,
    kinesis: client as never,
    audit: () => undefined,
  })

  const deleted = stored.filter(({ isDeleted }) => isDeleted)
  const undeleted = new Set(left.filter(({ reason }) => reason.startsWith('it was sent')).map((one) => one.messageId))
  if (received !== stored.length || redriven !== deleted.length || left.length !== received - redriven) {
    say(
      `of ${stored.length} dead letters ${redriven} of ${received} are sent back, ${left.length} left, ${deleted.length} deleted`,
    )
  }
  for (const { id, text, isForged, isTruncated, isHidden, isDeleted } of stored) {
    if (!isDeleted && isHidden) say(`${id} is still hidden`)
    const mayGoBack = !isForged && !isTruncated && (isQueue(source) || source === 'kinesis')
    if (isDeleted && !mayGoBack) say(`${id} is deleted, and could not be sent back`)
    if (!isDeleted && mayGoBack && !hasFaults) say(`${id} is still there`)
    const expected = stored.filter((one) => one.text === text && (one.isDeleted || undeleted.has(one.id))).length
    if ((sent.get(text) ?? 0) !== expected)
      say(`${id} was sent ${sent.get(text) ?? 0} times, and ${expected} left the queue`)
  }
}

interface UrlInput {
  readonly QueueName: string
  readonly QueueOwnerAWSAccountId?: string
}

interface PutInput {
  readonly StreamName?: string
  readonly StreamARN?: string
  readonly Data: Uint8Array
}

interface BatchInput {
  readonly Entries: readonly { readonly Id: string; readonly ReceiptHandle: string }[]
}
