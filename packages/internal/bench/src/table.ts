/** Rows of cells, the first row being the head, as a Markdown table with its columns lined up. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const [head = []] = rows
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (column === 0 ? (row[column] ?? '').padEnd(width) : (row[column] ?? '').padStart(width))).join(' | ')} |`
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return [line(head), rule, ...rows.slice(1).map(line)].join('\n')
}

/** Figures by case and column, with each one's ratio to the first case of its column. */
export const compared = (
  title: string,
  columns: Readonly<Record<string, Readonly<Record<string, number>>>>,
  digits = 1,
): string => {
  const names = [...new Set(Object.values(columns).flatMap((column) => Object.keys(column)))]
  const cell = (column: Readonly<Record<string, number>>, name: string): string => {
    const [base = 1] = Object.values(column)
    const value = column[name]
    return value === undefined ? '' : `${value.toFixed(digits)} (${(value / base).toFixed(2)}x)`
  }
  return table([
    [title, ...Object.keys(columns)],
    ...names.map((name) => [name, ...Object.values(columns).map((column) => cell(column, name))]),
  ])
}
