import { isObject, tryOr } from '@lpipe/core/middleware'
import type { LogLine } from '../api/types.ts'
import { endWord, markEnd, markStart } from '../environment/output.ts'
import { plainText } from './plain-text.ts'

/** A line that a process printed, with what ran. */
export type Printed = Pick<LogLine, 'text' | 'level' | 'requestId' | 'messageId'>

const maxCharacters = 16_384

/**
 * Returns a function that reads the lines of one stream of a process: each may begin with a mark of `output.ts`, or hold some.
 *
 * @param onEnd called when an invocation prints no more
 */
export const createPrintedReader = (
  isError: boolean,
  onEnd: (requestId: string) => void,
): ((line: string) => Printed | undefined) => {
  let mark = ''
  return (line) => {
    const [first = '', ...marked] = line.split(markStart)
    let text = first
    // A line belongs to what ran when it began.
    let before = first === '' ? undefined : mark
    for (const part of marked) {
      const end = part.indexOf(markEnd)
      if (end === -1) continue // the process ended while it wrote the mark
      const content = part.slice(0, end)
      text += part.slice(end + 1)
      if (content.startsWith(endWord)) {
        onEnd(content.slice(endWord.length))
        continue
      }
      mark = content
      before ??= mark
    }
    const [requestId = '', messageId = ''] = (before ?? '').split(' ')
    const plain = plainText(text).slice(0, maxCharacters)
    if (plain.trim() === '') return undefined
    return {
      text: plain,
      level: levelOf(plain) ?? (isError ? 'error' : 'info'),
      ...(requestId === '' ? {} : { requestId }),
      ...(messageId === '' ? {} : { messageId }),
    }
  }
}

const levels: Readonly<Record<string, LogLine['level']>> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  fatal: 'error',
}

/** Reads the level of a line that is JSON. */
const levelOf = (text: string): LogLine['level'] | undefined => {
  if (!text.startsWith('{')) return undefined
  const line: unknown = tryOr(() => JSON.parse(text), undefined)
  return isObject(line) && typeof line['level'] === 'string' ? levels[line['level'].toLowerCase()] : undefined
}
