import type { Batch, Message, Outcome } from '@lpipe/core'
import type { Context } from 'aws-lambda'

/**
 * Makes a Lambda context.
 *
 * @param overrides members to replace, for example `getRemainingTimeInMillis`
 * @example
 * await handler(sqsEvent([order]), lambdaContext({ getRemainingTimeInMillis: () => 500 }))
 */
export const lambdaContext = (overrides: Partial<Context> = {}): Context => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'test',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:test',
  memoryLimitInMB: '128',
  awsRequestId: '11111111-1111-1111-1111-111111111111',
  logGroupName: '/aws/lambda/test',
  logStreamName: 'test',
  getRemainingTimeInMillis: () => 30_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
  ...overrides,
})

/** The types of `aws-lambda` declare a callback. Lambda passes none from nodejs24.x on, and `invoke()` neither. */
type Handler = (event: never, context: never, callback: never) => unknown

/**
 * Calls a handler as Lambda does: with a context of its own.
 *
 * @returns what it returns
 * @throws what it throws
 * @example
 * expect(await invoke(handler, sqsEvent([{ path: 'ORDER', kwargs: { id: 1 } }]))).toEqual({ batchItemFailures: [] })
 */
export const invoke = async <Result = unknown>(
  handler: Handler,
  event: unknown,
  context: Partial<Context> = {},
): Promise<Result> => (await handler(event as never, lambdaContext(context) as never, undefined as never)) as Result

/** What happened to a message of an invocation. */
export interface MessageOutcome {
  readonly outcome: Outcome
  /** What the message's last function returned. */
  readonly output: unknown
  readonly error: unknown
  readonly path: string | undefined
  readonly function: string | undefined
}

/** What an invocation returned or threw, and what happened to each message. */
export interface InvocationOutcomes<Result> {
  readonly response: Result | undefined
  /** What the handler threw. */
  readonly error: unknown
  readonly outcomes: readonly MessageOutcome[]
}

/**
 * Calls a handler as Lambda does, and returns the outcome of each message too. Does not throw what the handler throws.
 *
 * @example
 * const { outcomes } = await invokeWithOutcomes(handler, sqsEvent([good, bad]))
 * expect(outcomes.map(({ outcome }) => outcome)).toEqual(['succeeded', 'dropped'])
 */
export const invokeWithOutcomes = async <Result = unknown>(
  handler: Handler,
  event: unknown,
  context: Partial<Context> = {},
): Promise<InvocationOutcomes<Result>> => {
  const own = lambdaContext(context)
  const settled = await (async () => handler(event as never, own as never, undefined as never))().then(
    (response) => ({ response: response as Result, error: undefined }),
    (error: unknown) => ({ response: undefined, error }),
  )
  const { lpipe } = own as Context & { readonly lpipe?: Batch }
  return { ...settled, outcomes: (lpipe?.received ?? []).map(outcomeOf) }
}

/** A message that has not ended stays on its queue. */
const outcomeOf = ({ outcome = 'failed', result, path, function: functionName }: Message): MessageOutcome => ({
  outcome,
  output: result?.status === 'fulfilled' ? result.value : undefined,
  error: result?.status === 'rejected' ? result.reason : undefined,
  path,
  function: functionName,
})
