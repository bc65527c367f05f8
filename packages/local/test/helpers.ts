import { setTimeout } from 'node:timers/promises'
import type { MemoryLogger } from '@lpipe/testing'
import type { KinesisStreamRecord } from 'aws-lambda'

/** Returns the texts of what was logged. */
export const textsOf = ({ lines }: MemoryLogger): readonly string[] => lines.map(({ message }) => message)

/** Waits for a condition: the test's own timeout ends it. */
export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await setTimeout(5)
}

/** A test that hangs ends before Jest ends it, and says what was left to do. A busy machine needs most of this time. */
export const soon = { timeoutSeconds: 50 }

export const textOf = ({ kinesis }: KinesisStreamRecord): string => Buffer.from(kinesis.data, 'base64').toString()
