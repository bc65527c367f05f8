/** Writes to the standard output. */
export const print = (text: string): void => void process.stdout.write(text)

/** Returns JSON that people can read. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`

/**
 * Returns a text without characters that could change a terminal or the order of what it shows. A message may hold anything.
 *
 * @param keepsLines whether line feeds and tabs stay
 */
export const printable = (text: string, keepsLines = false): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (sign) =>
    keepsLines && (sign === '\n' || sign === '\t') ? sign : `\\u{${sign.codePointAt(0)?.toString(16)}}`,
  )

/** Returns the beginning of a text, in one printable line. */
export const shortText = (text: string, length = 80): string => {
  const line = printable(text.replace(/\s+/g, ' ').trim())
  return line.length > length ? `${line.slice(0, length - 3)}...` : line
}

/** Returns rows as columns of equal width. The last one may be of any width. */
export const table = (header: readonly string[], rows: ReadonlyArray<readonly string[]>): string => {
  const all = [header, ...rows]
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  const lines = all.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}\n`
}
