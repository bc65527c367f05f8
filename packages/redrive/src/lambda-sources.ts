import type { AwsClient } from '@lpipe/core/aws'
import { describeError, errorName } from '@lpipe/core/middleware'
import type { Arn, LambdaArn } from './arn.ts'
import { lambdaArnOf } from './arn.ts'
import type { DeadLetterMessage } from './dead-letter-message.ts'
import { loadLambda } from './sdk.ts'

/** Returns why a dead letter must not be sent to a queue or stream; undefined if it may. */
export type ProblemOf = (
  letter: DeadLetterMessage,
  senderId: string | undefined,
  arn: Arn,
) => Promise<string | undefined>

/** No AWS account has this number: emulators use it. */
const emulatorAccount = '000000000000'

/**
 * The default of `to`: the queues and streams that the Lambda of a dead letter reads, as its event source mappings say.
 *
 * A record does not prove where it came from, and a dead letter does not prove which Lambda wrote it. So SQS is believed about
 * the sender, because the session of a Lambda's role is named like the function, and Lambda is believed about its sources.
 *
 * @param home the ARN of the dead-letter queue, as SQS says it
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html
 */
export const createLambdaSources = (home: Arn | undefined, client: AwsClient | undefined): ProblemOf => {
  const known = new Map<string, Promise<ReadonlySet<string>>>()

  const sourcesOf = (lambda: LambdaArn): Promise<ReadonlySet<string>> => {
    const sources = known.get(lambda.text) ?? readSources(lambda, client)
    known.set(lambda.text, sources)
    return sources
  }

  return async ({ lambda: { arn: text } }, senderId, arn) => {
    const fix = `Check that it came from ${arn.text} before you add it to \`to\``
    const lambda = lambdaArnOf(text)
    if (lambda === undefined) return `it does not say which Lambda wrote it, so its origin cannot be checked. ${fix}`
    if (lambda.account !== home?.account || lambda.region !== home.region) {
      return `its Lambda ${lambda.name} is in another account or region than the dead-letter queue. ${fix}`
    }
    if (home.account === emulatorAccount) {
      if (!hasLambdaEndpoint(client)) return undefined
    } else if (senderId?.split(':')[1] !== lambda.name) {
      return `it says that Lambda ${lambda.name} wrote it, but SQS says that another sender did. ${fix}`
    }
    try {
      if ((await sourcesOf(lambda)).has(arn.text)) return undefined
      return `Lambda ${lambda.name}, which wrote it, does not read ${arn.text}. ${fix}`
    } catch (error) {
      return `the event source mappings of Lambda ${lambda.name} could not be read (${causeOf(error)}). Grant lambda:ListEventSourceMappings, or use \`to\`. ${fix}`
    }
  }
}

/** An emulator of SQS alone has no event source mappings, and holds no data of an account. */
const hasLambdaEndpoint = (client: AwsClient | undefined): boolean => {
  const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_LAMBDA } = process.env
  return client !== undefined || Boolean(AWS_ENDPOINT_URL_LAMBDA ?? AWS_ENDPOINT_URL)
}

const readSources = async ({ text }: LambdaArn, given: AwsClient | undefined): Promise<ReadonlySet<string>> => {
  const { client, commands } = await loadLambda(given)
  const sources = new Set<string>()
  try {
    for await (const page of commands.paginateListEventSourceMappings({ client }, { FunctionName: text })) {
      for (const { EventSourceArn = '' } of page.EventSourceMappings ?? []) {
        sources.add(EventSourceArn.replace(/\/consumer\/.*$/, '')) // of a stream with enhanced fan-out
      }
    }
    return sources
  } finally {
    if (given === undefined) client.destroy()
  }
}

/** The text of a service may hold an account's names, so only its code is kept. */
const causeOf = (error: unknown): string =>
  (error as { readonly $fault?: unknown } | null)?.$fault === undefined ? describeError(error) : errorName(error)
