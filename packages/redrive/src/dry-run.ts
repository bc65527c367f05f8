import type { Batch, EventSource, Message, Outcome } from '@lpipe/core'
import type { AwsClient } from '@lpipe/core/aws'
import {
  checkOptions,
  dryRunContext,
  errorMessage,
  errorName,
  errorOf,
  finishesWithin,
  invalidConfiguration,
  isError,
  safeJson,
  tryOr,
} from '@lpipe/core/middleware'
import type { Entry } from '@lpipe/core/outbox'
import { type Answer, eventOf, unknownSource, withText } from './answers.ts'
import type { DeadLetterMessage } from './dead-letter-message.ts'
import { type Edit, type NewBody, readEdit, type TextOf } from './edit.ts'
import type { DeadLetterFilter, MatchesDeadLetter } from './filter.ts'
import { listDeadLetters } from './list.ts'
import { readSources, type SourceNamed, sourcesRule } from './sources/index.ts'

/** A Lambda handler, such as `middy().use(lpipe({ ... }))`. The types of `aws-lambda` declare a callback, which is not passed. */
export type DryRunHandler = (event: never, context: never, callback: never) => unknown

/** Options of `dryRun()`. */
export interface DryRunOptions {
  /** The dead-letter queue: its name or its URL. */
  readonly from: string
  /** The handler to run, made with `lpipe()` or its middlewares. */
  readonly handler: DryRunHandler
  /** Default: all. */
  readonly filter?: DeadLetterFilter | MatchesDeadLetter
  /** Changes bodies, as `redrive()` does. */
  readonly edit?: Edit | NewBody
  /** Event sources that are not lpipe's own: they say how their records are read, edited and delivered. */
  readonly sources?: readonly EventSource[]
  /** The time of an invocation. Default: 30. */
  readonly timeoutSeconds?: number
  /** The SQS client. Default: one made from the SDK's own environment. */
  readonly client?: AwsClient
  /** Most dead letters that match the filter. Default: as many as the queue holds at the beginning. */
  readonly limit?: number
}

/** An error of a dry run. */
export interface DryRunError {
  readonly name: string
  readonly message: string
  readonly stack: string | null
}

/** How a message ended. A record may hold several messages. */
export interface DryRunMessage {
  readonly outcome: Outcome
  readonly path: string | null
  readonly function: string | null
  readonly error: DryRunError | null
  /** What its last function returned, if JSON can carry it. */
  readonly output: unknown
}

/** Something that would have been sent. */
export interface DryRunSend {
  readonly queue: { readonly type: string; readonly name: string | null; readonly url: string | null }
  readonly body: unknown
}

/** What a dead letter's message does with the code as it is now. */
export interface DryRunResult {
  readonly messageId: string
  /** Whether every message succeeded. */
  readonly succeeded: boolean
  readonly messages: readonly DryRunMessage[]
  readonly sends: readonly DryRunSend[]
  /** What the handler threw, or why it could not be run. */
  readonly error: DryRunError | null
}

/**
 * Runs the messages of dead letters with a handler. What lpipe would send is captured and not sent, and the dead letters
 * stay in their queue. Whatever else the functions do, such as a write to a database, is done.
 *
 * @throws InvalidConfigurationError if an option is wrong, or if the AWS SDK is not installed
 * @throws the AWS SDK's error if the dead-letter queue cannot be read
 * @example
 * const [result] = await dryRun({ from: 'orders-dead-letters', handler, limit: 1 })
 */
export const dryRun = async (options: DryRunOptions): Promise<DryRunResult[]> => {
  checkOptions('dryRun', options, {
    from: 'string',
    handler: 'function',
    filter: 'any',
    edit: 'any',
    sources: sourcesRule,
    timeoutSeconds: 0,
    client: 'object',
    limit: 1,
  })
  const { handler, edit, timeoutSeconds = 30, ...selection } = options
  if (handler === undefined) invalidConfiguration('dryRun: requires `handler`: the Lambda handler to run')
  const textOf = readEdit('dryRun', edit, selection.filter)
  const letters = await listDeadLetters(selection)
  const sourceNamed = readSources(selection.sources)
  const results: DryRunResult[] = []
  for (const letter of letters) {
    const event = await eventFor(letter, sourceNamed, textOf)
    results.push(
      typeof event === 'string' ? notRun(letter, event) : await runOne(letter, event.value, handler, timeoutSeconds),
    )
  }
  return results
}

const runOne = async (
  letter: DeadLetterMessage,
  made: unknown,
  handler: DryRunHandler,
  timeoutSeconds: number,
): Promise<DryRunResult> => {
  const sends: DryRunSend[] = []
  const context = dryRunContext(contextOf(letter, timeoutSeconds), {
    onSend: (entry) => void sends.push(sendOf(entry)),
  })
  let error: unknown
  try {
    const event: unknown = JSON.parse(JSON.stringify(made))
    const run = (async () => handler(event as never, context as never, undefined as never))()
    if (!(await finishesWithin(run, timeoutSeconds * 1000))) {
      error = new Error(`the handler did not end within ${timeoutSeconds} seconds`)
    }
  } catch (thrown) {
    error = thrown
  }
  const { lpipe } = context as Context & { readonly lpipe?: Batch }
  const messages = (lpipe?.received ?? []).map(messageOf)
  if (lpipe === undefined && error === undefined) {
    error = new Error('the handler is not made with lpipe, so that nothing was captured: what it sent was sent')
  }
  return {
    messageId: letter.messageId,
    succeeded: error === undefined && messages.every(({ outcome }) => outcome === 'succeeded'),
    messages,
    sends,
    error: error === undefined ? null : errorText(error),
  }
}

/** Returns the event to run, or the reason why there is none. */
const eventFor = async (
  letter: DeadLetterMessage,
  sourceNamed: SourceNamed,
  textOf: TextOf | undefined,
): Promise<Answer<unknown>> => {
  const { record, truncated } = letter
  if (truncated !== null) return 'its record was too large for a dead letter and was truncated'
  const source = sourceNamed(letter.source.type)
  if (source === undefined) return unknownSource
  const edited = await textOf?.(letter)
  if (typeof edited === 'string') return edited
  const changed = edited === undefined ? { value: record } : withText(source, record, edited.text)
  return typeof changed === 'string' ? changed : eventOf(source, changed.value)
}

const notRun = ({ messageId }: DeadLetterMessage, reason: string): DryRunResult => ({
  messageId,
  succeeded: false,
  messages: [],
  sends: [],
  error: { name: 'Error', message: reason, stack: null },
})

type Context = Batch['context']

const contextOf = ({ lambda, messageId }: DeadLetterMessage, timeoutSeconds: number): Context => {
  const end = performance.now() + timeoutSeconds * 1000
  const functionName = lambda.name ?? 'dry-run'
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: lambda.arn ?? '',
    memoryLimitInMB: '128',
    awsRequestId: `dry-run-${messageId}`,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'dry-run',
    getRemainingTimeInMillis: () => Math.max(0, end - performance.now()),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  }
}

const sendOf = ({ queue: { type, name, url }, body }: Entry): DryRunSend => ({
  queue: { type, name: name ?? null, url: url ?? null },
  body: JSON.parse(body),
})

/** A message that has not ended stays on its queue. */
const messageOf = (message: Message): DryRunMessage => {
  const { outcome = 'failed', result, path = null, function: functionName = null } = message
  const error = errorOf(message)
  return {
    outcome,
    path,
    function: functionName,
    error: result?.status === 'rejected' ? errorText(error) : null,
    output: result?.status === 'fulfilled' ? (safeJson(result.value) ?? null) : null,
  }
}

const errorText = (error: unknown): DryRunError => ({
  name: errorName(error),
  message: errorMessage(error),
  stack: tryOr(() => (isError(error) ? error.stack : undefined), undefined) ?? null,
})
