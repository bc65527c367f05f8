import { text as textOf } from 'node:stream/consumers'
import { type Command, Option } from 'commander'
import { UsageError } from '../command-error.ts'
import { jsonText, print } from '../output.ts'
import { chooseTarget, type TargetOptions, withTarget } from '../target/choose-target.ts'

interface SendOptions extends TargetOptions {
  readonly path?: string
  readonly text?: true
  readonly group?: string
  readonly deduplicationId?: string
  readonly partitionKey?: string
}

/** Adds `lpipe send`. */
export const addSend = (program: Command): void => {
  const command = program
    .command('send')
    .description('send a message to a queue or a stream')
    .argument('<queue>', 'its name, URL or ARN; of a stream of an account: its ARN or kinesis:NAME')
    .argument('<json>', 'the body; - reads the standard input')
    .option('--path <path>', 'send { path, kwargs } with the JSON as kwargs')
    .addOption(new Option('--text', 'send the text as it is, even if it is not JSON').conflicts('path'))
    .option('--group <id>', 'SQS: the message group (default for a FIFO queue: default)')
    .option('--deduplication-id <id>', 'FIFO queues (default: a new one)')
    .option('--partition-key <key>', 'streams (default: a new one)')
  withTarget(command).action(send)
}

const send = async (to: string, given: string, options: SendOptions): Promise<void> => {
  const { json, group: groupId, deduplicationId, partitionKey } = options
  const text = given === '-' ? await textOf(process.stdin) : given
  const body = options.text ? text : bodyOf(text, options.path)
  const target = await chooseTarget(options)
  const ids = await target.send({ to, body, groupId, deduplicationId, partitionKey })
  print(json ? jsonText({ to, ids }) : `${ids.join('\n')}\n`)
}

/** A number may lose digits when it is parsed, so the text is sent as it is. */
const bodyOf = (text: string, path: string | undefined): string => {
  try {
    JSON.parse(text)
  } catch (cause) {
    throw new UsageError(`the body is not JSON: ${(cause as Error).message}. --text sends it as it is`, { cause })
  }
  return path === undefined ? text : `{"path":${JSON.stringify(path)},"kwargs":${text}}`
}
