import type { Context } from 'aws-lambda'

/**
 * A Lambda context.
 *
 * @param over members to replace, such as `getRemainingTimeInMillis`
 */
export const lambdaContext = (over: Partial<Context> = {}): Context => ({
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
  ...over,
})

/**
 * Calls a handler as Lambda does: with a context of its own.
 *
 * @returns what it answers
 * @throws what it throws
 */
export const invoke = async <Result = unknown>(
  handler: (event: never, context: never) => unknown,
  event: unknown,
  context: Partial<Context> = {},
): Promise<Result> => (await handler(event as never, lambdaContext(context) as never)) as Result
