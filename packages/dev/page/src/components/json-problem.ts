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

/** Returns the text with line feeds and indentation if it is JSON that JavaScript does not change, otherwise as it is. */
export const prettyJson = (text: string): string => {
  try {
    const pretty = JSON.stringify(JSON.parse(text), undefined, 2)
    return withoutSpace(pretty) === withoutSpace(text) ? pretty : text
  } catch {
    return text
  }
}

const withoutSpace = (text: string): string => text.replace(/\s/g, '')
