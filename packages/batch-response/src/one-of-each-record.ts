import type { Message } from '@lpipe/core'

/** Returns the first message of each record: a record may hold several. */
export const oneOfEachRecord = (messages: readonly Message[]): readonly Message[] =>
  messages.filter(({ recordIndex }, index) => recordIndex !== messages[index - 1]?.recordIndex)
