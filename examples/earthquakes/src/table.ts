/** A row of a table: strings are aligned to the left, numbers to the right. */
export type Row = readonly (string | number)[]

export const numberText = (count: number): string => count.toLocaleString('en-US')

const textOf = (cell: string | number): string => (typeof cell === 'number' ? numberText(cell) : cell)

/** A table as text, one line for each row, the first of them the head. */
export const tableOf = (head: readonly string[], rows: readonly Row[]): string => {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => textOf(row[column] ?? '').length)),
  )
  const right = head.map((_, column) => rows.every((row) => typeof row[column] === 'number'))
  const line = (row: Row): string =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return right[column] ? textOf(cell).padStart(width) : textOf(cell).padEnd(width)
      })
      .join('   ')
      .trimEnd()
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)]
    .map((text) => `  ${text}`)
    .join('\n')
}

/** Two tables next to each other. */
export const sideBySide = (left: string, right: string): string => {
  const [lefts, rights] = [left.split('\n'), right.split('\n')]
  const width = Math.max(...lefts.map(({ length }) => length))
  const height = Math.max(lefts.length, rights.length)
  return Array.from({ length: height }, (_, line) =>
    `${(lefts[line] ?? '').padEnd(width)}   ${rights[line] ?? ''}`.trimEnd(),
  ).join('\n')
}
