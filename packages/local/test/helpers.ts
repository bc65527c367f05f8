import { setTimeout } from 'node:timers/promises'
import type { LocalPipelineOptions } from '@lpipe/local'
import type { KinesisStreamRecord } from 'aws-lambda'

/** A logger that remembers what it was told. */
export const remembering = (): {
  readonly lines: string[]
  readonly logger: Required<LocalPipelineOptions>['logger']
} => {
  const lines: string[] = []
  const log = (line: string): void => void lines.push(line)
  return { lines, logger: { debug: log, info: log, warn: log, error: log } }
}

/** Waits for a condition: the test's own timeout ends it. */
export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await setTimeout(5)
}

/** Every test ends quickly if it hangs, and says what was left. */
export const soon = { timeoutSeconds: 10 }

export const textOf = ({ kinesis }: KinesisStreamRecord): string => Buffer.from(kinesis.data, 'base64').toString()
