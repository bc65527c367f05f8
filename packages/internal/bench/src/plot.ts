/** A line through points, with a title. */
export interface Series {
  readonly title: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

const width = 360
const height = 240
const margin = { left: 56, right: 16, top: 32, bottom: 36 }

/** An SVG of charts side by side, two in a row, with both axes from zero: a straight line through the corner is linear growth. */
export const plot = (series: readonly Series[]): string => {
  const rows = Math.ceil(series.length / 2)
  const style =
    'text{font:12px sans-serif;fill:#777}path{fill:none;stroke:#777}.line{stroke:#2a7ae2;stroke-width:2}circle{fill:#2a7ae2}'
  const charts = series.map(
    (one, at) => `<g transform="translate(${(at % 2) * width} ${(at >> 1) * height})">${chart(one)}</g>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width * 2} ${height * rows}"><style>${style}</style>
${charts.join('\n')}
</svg>
`
}

const chart = ({ title, points }: Series): string => {
  const mostX = Math.max(...points.map(([x]) => x))
  const mostY = Math.max(...points.map(([, y]) => y)) * 1.1
  const left = (x: number) => round(margin.left + (x / mostX) * (width - margin.left - margin.right))
  const top = (y: number) => round(height - margin.bottom - (y / mostY) * (height - margin.top - margin.bottom))
  const line = points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${left(x)} ${top(y)}`).join('')
  const axes = `M${left(0)} ${top(mostY)}V${top(0)}H${left(mostX)}`
  return [
    `<text x="${width / 2}" y="18" text-anchor="middle">µs an invocation by ${title}</text>`,
    `<path d="${axes}"/><path class="line" d="${line}"/>`,
    ...points.map(([x, y]) => `<circle cx="${left(x)}" cy="${top(y)}" r="3"/>`),
    ...[0, mostX / 2, mostX].map(
      (x) => `<text x="${left(x)}" y="${height - 16}" text-anchor="middle">${short(x)}</text>`,
    ),
    ...[0, mostY / 2, mostY].map(
      (y) => `<text x="${margin.left - 6}" y="${top(y) + 4}" text-anchor="end">${short(y)}</text>`,
    ),
  ].join('')
}

const round = (value: number): number => Math.round(value * 10) / 10

const short = (value: number): string => (value >= 1000 ? `${round(value / 1000)}k` : String(Math.round(value)))
