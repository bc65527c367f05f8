import type { Command } from 'commander'
import { print } from '../output.ts'
import { chooseTarget, type TargetOptions, withTarget } from '../target/choose-target.ts'

interface TailOptions extends TargetOptions {
  readonly path?: string
  readonly lambda?: string
}

/** Adds `lpipe tail`. */
export const addTail = (program: Command): void => {
  const command = program
    .command('tail')
    .description('follow the messages of `lpipe dev`, or the logs of a Lambda of an account')
    .option('--path <path>', 'only those on this path')
    .option('--lambda <name>', 'only those of this Lambda; of an account: required, its name or its log group')
  withTarget(command).action(tail)
}

const tail = async ({ path, lambda, ...options }: TailOptions): Promise<void> => {
  const target = await chooseTarget(options)
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort())
  process.stdout.once('error', () => controller.abort()) // the reader of a pipe has ended
  await target.tail({
    path,
    lambda,
    since: Date.now(),
    signal: controller.signal,
    onStart: () => console.error(`following ${target.name}`),
    onLine: (text, value) => print(options.json ? `${JSON.stringify(value)}\n` : `${text}\n`),
  })
}
