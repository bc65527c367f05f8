import type { Logger } from 'lpipe-preset'

const nothing = (): void => undefined

export const silent: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }

/** A logger that remembers what is worth a warning. */
export const remembering = (): Logger & { readonly lines: string[] } => {
  const lines: string[] = []
  const add = (line: string): void => void lines.push(line)
  return { ...silent, lines, warn: add, error: add }
}
