/** A text that shares this number of characters with the value that it is about quotes it. */
const sharedWithValue = 4
/** The same for the other values of a message, which share short words with any text. */
const sharedWithMessage = 10

/**
 * Whether a text quotes a value of a message, whole or in part, in upper or lower case. Error texts must not, because they are logged.
 *
 * @param text a text that user code may have made from the value
 * @param received the value that the text is about
 * @param message the whole message
 */
export const quotes = (text: string, received: unknown, message: unknown): boolean =>
  shares(text, received, sharedWithValue) || shares(text, message, sharedWithMessage)

const shares = (text: string, value: unknown, length: number): boolean => {
  const lower = text.toLowerCase()
  const parts = new Set<string>()
  for (let at = 0; at + length <= lower.length; at++) parts.add(lower.slice(at, at + length))
  // Not recursive, because a message may be nested more deeply than the stack.
  const left = [value]
  while (left.length > 0) {
    const one = left.pop()
    if (typeof one === 'object' && one !== null) for (const inner of Object.values(one)) left.push(inner)
    else if (typeof one === 'string' || typeof one === 'number' || typeof one === 'bigint') {
      const leaf = String(one).toLowerCase()
      if (leaf.length < length ? hasWord(lower, leaf) : sharesPart(parts, leaf, length)) return true
    }
  }
  return false
}

const sharesPart = (parts: ReadonlySet<string>, leaf: string, length: number): boolean => {
  for (let at = 0; at + length <= leaf.length; at++) if (parts.has(leaf.slice(at, at + length))) return true
  return false
}

/** Whether a text contains a short one that is not a part of a longer word. */
const hasWord = (text: string, word: string): boolean => {
  if (word.trim() === '') return false
  const isLetter = (at: number) => /[\p{L}\p{N}]/u.test(text[at] ?? '')
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (!isLetter(at - 1) && !isLetter(at + word.length)) return true
  }
  return false
}
