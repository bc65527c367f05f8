import { quantity } from '@lpipe/core/middleware'
import type { Command } from 'commander'
import { jsonText, print, printable } from '../output.ts'
import { chooseTarget, type TargetOptions, withTarget } from '../target/choose-target.ts'
import { countOf } from './count.ts'

interface PeekOptions extends TargetOptions {
  readonly limit: number
}

/** Adds `lpipe peek`. */
export const addPeek = (program: Command): void => {
  const command = program
    .command('peek')
    .description('show the messages of an SQS queue, and leave them there')
    .argument('<queue>', 'its name or URL')
    .option('-l, --limit <count>', 'most messages', countOf, 10)
    .addHelpText(
      'after',
      '\nIn an account the messages are received and made visible again. SQS counts it as a receive: a queue with a dead-letter\nqueue moves a message there after maxReceiveCount receives.',
    )
  withTarget(command).action(peek)
}

const peek = async (queue: string, { limit, ...options }: PeekOptions): Promise<void> => {
  const target = await chooseTarget(options)
  const messages = await target.peek(queue, limit)
  if (options.json) print(jsonText(messages))
  else if (messages.length === 0) print('no messages\n')
  for (const { id, receiveCount, groupId, body } of options.json ? [] : messages) {
    const group = groupId === null ? '' : `, group ${printable(groupId)}`
    print(`${printable(id)}  received ${quantity(receiveCount, 'time')}${group}\n${printable(body, true)}\n\n`)
  }
}
