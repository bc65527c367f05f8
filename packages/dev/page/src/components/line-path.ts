/** Returns the path of a line through the values: the first at the left edge, the last at the right one, `highest` at the top. */
export const linePath = (values: readonly number[], highest: number, width: number, height: number): string => {
  if (values.length < 2) return ''
  const step = width / (values.length - 1)
  const y = (value: number): number => height - 1 - (Math.min(value, highest) / highest) * (height - 2)
  return values.map((value, index) => `${index === 0 ? 'M' : 'L'}${round(index * step)} ${round(y(value))}`).join('')
}

const round = (value: number): number => Math.round(value * 10) / 10
