import type { MemoryLogger } from '@lpipe/testing'

/** Returns the texts of the warnings and errors that were logged. */
export const problemsIn = ({ lines }: MemoryLogger): string[] =>
  lines.filter(({ level }) => level === 'warn' || level === 'error').map(({ message }) => message)
