import { InvalidConfigurationError } from '@lpipe/core'
import {
  type DeadLetterFilter,
  type DeadLetterMessage,
  type DryRunResult,
  discardDeadLetters,
  dryRun,
  listDeadLetters,
  redrive,
} from '@lpipe/redrive'
import { CommandError, UsageError } from '../command-error.ts'
import { configurationFile } from '../configuration.ts'
import type { LetterConditions } from '../filter-option.ts'
import { loadHandler } from '../load-handler.ts'
import { importEventSources } from '../load-system.ts'
import { tailLogs } from './account-logs.ts'
import { peekQueue, sendTo } from './account-queues.ts'
import type { DeadLetterDetails, DeadLetterSummary, DryRun, Target } from './target.ts'

/** How the account is chosen. */
export interface AccountOptions {
  readonly profile: string | undefined
  readonly region: string | undefined
  /** The file with the handlers of dry runs, and event sources of the user's own. */
  readonly config: string | undefined
  /** The function of it that is run. Default: the one that the dead letter names. */
  readonly functionName: string | undefined
}

/** Commands work on the queues of an AWS account. The SDK finds the credentials. */
export const createAccountTarget = ({ profile, region, config, functionName }: AccountOptions): Target => {
  if (profile !== undefined) process.env['AWS_PROFILE'] = profile
  if (region !== undefined) process.env['AWS_REGION'] = region
  const name = [
    profile === undefined ? 'the AWS account of the environment' : `the AWS account of profile ${profile}`,
    ...(region === undefined ? [] : [`in ${region}`]),
  ].join(' ')

  /** Without --config only a dry run, which needs the file in any case, imports the nearest one. */
  const eventSources = async () => (config === undefined ? [] : importEventSources(configurationFile(config)))

  return {
    name,
    isAccount: true,
    send: (request) => awsErrors(name, () => sendTo(request)),
    peek: (queue, limit) => awsErrors(name, () => peekQueue(queue, limit)),
    letters: (queue, conditions) =>
      awsErrors(name, async () => {
        const from = required(queue)
        const letters = await listDeadLetters({ from, filter: filterOf(conditions), sources: await eventSources() })
        return letters.map((letter) => letterOf(from, letter))
      }),
    letter: (queue, id) =>
      awsErrors(name, async () => {
        const from = required(queue)
        const [letter] = await listDeadLetters({ from, filter: { ids: [id] }, sources: await eventSources() })
        if (letter === undefined) throw new CommandError(`there is no dead letter ${id} in ${from}`)
        return fullLetter(from, letter)
      }),
    dryRun: ({ queue, ids, body }) =>
      awsErrors(name, async () => {
        const from = required(queue)
        const letters = await listDeadLetters({ from, filter: { ids } })
        const sources = await importEventSources(configurationFile(config))
        const runs: DryRun[] = []
        // Each call reads the whole queue, and SQS counts that as a receive of each message.
        for (const [name, some] of Map.groupBy(letters, ({ lambda }) => functionName ?? lambda.name)) {
          const handler = await loadHandler(config, name)
          const filter = { ids: some.map(({ messageId }) => messageId) }
          runs.push(
            ...(await dryRun({ from, handler, filter, sources, ...(body !== undefined && { edit: body }) })).map(
              dryRunOf,
            ),
          )
        }
        return runs
      }),
    redrive: ({ queue, ids, body, note, to }) =>
      awsErrors(name, async () => {
        const done: { id: string; to: string | null; newId: string | null }[] = []
        const { left } = await redrive({
          from: required(queue),
          filter: { ids },
          sources: await eventSources(),
          ...(to !== undefined && { to }),
          ...(body !== undefined && { edit: body }),
          ...(note !== undefined && { note }),
          audit: (line) => {
            console.error(JSON.stringify(line))
            if (line.action === 'redriven')
              done.push({ id: line.messageId, to: line.to ?? null, newId: line.newId ?? null })
          },
        })
        return { done, left: left.map(({ messageId, reason }) => ({ id: messageId, reason })) }
      }),
    discard: ({ queue, ids, note }) =>
      awsErrors(name, async () => {
        const audit = (line: object): void => console.error(JSON.stringify(line))
        const result = await discardDeadLetters({ from: required(queue), filter: { ids }, note, audit })
        return {
          done: result.discarded.map((id) => ({ id, to: null, newId: null })),
          left: result.left.map(({ messageId, reason }) => ({ id: messageId, reason })),
        }
      }),
    tail: (request) => awsErrors(name, () => tailLogs(request)),
  }
}

const required = (queue: string | undefined): string => {
  if (queue !== undefined) return queue
  throw new UsageError('name the dead-letter queue: --queue NAME')
}

/** What AWS refuses is shown without a stack trace, with the account and what helps. */
const awsErrors = async <T>(account: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CommandError || error instanceof InvalidConfigurationError || !(error instanceof Error))
      throw error
    const help = helps.find(([about]) => about.test(`${error.name}: ${error.message}`))?.[1]
    const isOfSdk = '$metadata' in error || error.name === 'TimeoutError'
    const isUnreachable = /ECONNREFUSED|ENOTFOUND/.test(`${error.message} ${(error as NodeJS.ErrnoException).code}`)
    if (!(isOfSdk || isUnreachable || help !== undefined)) throw error
    const text = `${account}: ${error.name}: ${error.message}`
    throw new CommandError(help === undefined ? text : `${text.replace(/\.$/, '')}. ${help}`, { cause: error })
  }
}

/** What helps against an error of the SDK. */
const helps: readonly (readonly [RegExp, string])[] = [
  [/region (?:is missing|not accepted)/i, 'Pass --region with the name of a region, or give the profile one'],
  [
    /^(?:CredentialsProviderError|TokenProviderError)|could not load credentials/i,
    'Pass --profile with a profile that has credentials, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in with the AWS CLI',
  ],
  [/QueueDoesNotExist|NonExistentQueue/, 'Check the name of the queue, the account and the region'],
]

const filterOf = (conditions: LetterConditions): DeadLetterFilter => {
  const { older, newer, kind, ...rest } = conditions
  return {
    ...rest,
    ...(kind !== undefined && { kind: kind as DeadLetterMessage['kind'] }),
    ...(older !== undefined && { minAgeSeconds: older }),
    ...(newer !== undefined && { maxAgeSeconds: newer }),
  }
}

const letterOf = (queue: string, letter: DeadLetterMessage): DeadLetterSummary => ({
  id: letter.messageId,
  kind: letter.kind,
  queue,
  to: letter.source.arn,
  lambda: letter.lambda.name,
  path: letter.path,
  function: letter.function,
  error: letter.error,
  receiveCount: letter.receiveCount,
  time: letter.time,
  body: typeof letter.body === 'string' ? letter.body : JSON.stringify(letter.body),
})

const fullLetter = (queue: string, letter: DeadLetterMessage): DeadLetterDetails => ({
  ...letterOf(queue, letter),
  requestId: letter.lambda.requestId,
  stack: letter.error?.stack ?? null,
  issues: letter.error?.issues ?? null,
  problem: letter.truncated,
})

const dryRunOf = ({ messageId, succeeded, messages, sends, error }: DryRunResult): DryRun => {
  const failed = messages.find(({ outcome }) => outcome !== 'succeeded')
  return {
    id: messageId,
    succeeded,
    outcome: error === null ? (failed?.outcome ?? 'succeeded') : 'failed',
    error: error ?? failed?.error ?? null,
    sends: sends.map(({ queue: { type, name, url }, body }) => ({
      queue: `${type}:${name ?? url}`,
      body: JSON.stringify(body),
    })),
  }
}
