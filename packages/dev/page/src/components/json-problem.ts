/** Returns why a text is not JSON, without quoting it. Undefined: it is. */
export const jsonProblem = (text: string): string | undefined => {
  if (text.trim() === '') return 'it is empty'
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    const [, position] = /position (\d+)/.exec(error instanceof Error ? error.message : '') ?? []
    if (position === undefined) return 'it ends too early or has a wrong character'
    const before = text.slice(0, Number(position)).split('\n')
    return `wrong character in line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
  }
}

/** Returns the text with line feeds and indentation if it is JSON, otherwise as it is. */
export const prettyJson = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}
