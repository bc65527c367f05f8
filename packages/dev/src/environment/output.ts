import type { AsyncLocalStorage } from 'node:async_hooks'
import type { Running } from './observe.ts'

/** Begins and ends the mark before a text that a process prints: the invocation and the message that it belongs to. */
export const markStart = '\u001e'
export const markEnd = '\u001f'

/** Begins a mark that says that an invocation prints no more. */
export const endWord = 'end '

/**
 * Marks what this process prints with the invocation and the message that run. The text goes to the same pipe as before, so that
 * it arrives even if the process ends at once.
 *
 * @param requestId returns the invocation that runs
 * @returns a function that marks the end of an invocation: its lines arrive in other pipes than its response
 */
export const markOutput = (
  running: AsyncLocalStorage<Running>,
  requestId: () => string | undefined,
): ((requestId: string) => void) => {
  const writes: ((text: string) => boolean)[] = []
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (...args: readonly unknown[]) => boolean
    const marked = (content: unknown, ...rest: readonly unknown[]): boolean => {
      if (typeof content !== 'string') return write(content, ...rest)
      const mark = `${markStart}${requestId() ?? ''} ${running.getStore()?.message?.message ?? ''}${markEnd}`
      return write(mark + content.replaceAll(markStart, '').replaceAll(markEnd, ''), ...rest)
    }
    stream.write = marked as typeof stream.write
    writes.push(write)
  }
  return (ended) => {
    for (const write of writes) write(`${markStart}${endWord}${ended}${markEnd}\n`)
  }
}
