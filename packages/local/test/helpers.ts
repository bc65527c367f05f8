import { setTimeout } from 'node:timers/promises'
import type { LocalPipelineOptions } from '@lpipe/local'
import type { KinesisStreamRecord } from 'aws-lambda'

/** A logger that keeps its lines. */
export const memoryLogger = (): {
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

/** A test that hangs ends soon, and says what was left to do. */
export const soon = { timeoutSeconds: 10 }

export const textOf = ({ kinesis }: KinesisStreamRecord): string => Buffer.from(kinesis.data, 'base64').toString()
