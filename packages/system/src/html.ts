import type { Description } from './description.ts'
import { check } from './findings/index.ts'
import { escaped, legend, toSvg } from './svg.ts'

/**
 * Draws a system as an HTML page that needs no network and runs no script: the picture, the findings, and the settings of each
 * Lambda.
 *
 * @param title the heading; default: `System`
 * @example
 * await writeFile('system.html', toHtml(await describe(theSystem), 'The shop'))
 */
export const toHtml = (description: Description, title = 'System'): string => {
  const { functions } = description
  const findings = check(description).map(({ severity, code, place, message, fix }) => [
    severity,
    code,
    place,
    message,
    fix,
  ])
  const settings = functions.map(({ name, timeout, memory, sources, paths, options }) => [
    name,
    `${timeout} s`,
    `${memory} MB`,
    sources.map((one) => `${one.type} ${one.name}, ${one.batchSize} a batch`).join('; ') || 'none of this system',
    paths.map((path) => path.name).join(', '),
    Object.entries(options)
      .map(([option, value]) => `${option}: ${value}`)
      .join(', '),
  ])
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>
  body { font: 14px system-ui, sans-serif; margin: 24px; color: #1f2328 } .picture { overflow: auto; border: 1px solid #d0d7de }
  table { border-collapse: collapse; margin: 8px 0 24px } td, th { border: 1px solid #d0d7de; padding: 4px 8px; text-align: left }
  .error { color: #cf222e } .warning { color: #9a6700 }
</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<div class="picture">
${toSvg(description)}
</div>
<p>Arrows: ${escaped(Object.values(legend).join('; '))}.</p>
<h2>Findings</h2>
${findings.length === 0 ? '<p>None.</p>' : table(['severity', 'code', 'place', 'finding', 'fix'], findings)}
<h2>Functions</h2>
${table(['function', 'timeout', 'memory', 'sources', 'paths', 'options'], settings)}
</body>
</html>
`
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [
    '<table>',
    `<tr>${head.map((cell) => `<th>${escaped(cell)}</th>`).join('')}</tr>`,
    ...rows.map(
      (row) => `<tr class="${escaped(row[0] ?? '')}">${row.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`,
    ),
    '</table>',
  ].join('\n')
