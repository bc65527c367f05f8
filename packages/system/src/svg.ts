import type { Description } from './description.ts'
import { type Arrow, type Box, layoutOf, metrics, shown } from './layout.ts'
import { type EdgeKind, pictureOf } from './picture.ts'
import { visible } from './text.ts'

const style = `
  svg { background: #fff; font: 12px ui-monospace, Menlo, Consolas, monospace }
  rect { fill: #fff; stroke: #57606a } .function > rect { fill: #f3f6fa; stroke: #0969da }
  .resource > rect { fill: #fff8e6; stroke: #9a6700 } text { fill: #1f2328 } .name { font-weight: bold }
  path { fill: none; stroke: #57606a } .source, .subscription { stroke-width: 2.5 } .label { fill: #57606a; font-size: 10px; paint-order: stroke; stroke: #fff; stroke-width: 3px }
  .payload, .dead-letter, .discarded, .dropped { stroke-dasharray: 4 3 }
  .dead-letter, .discarded, .dropped { stroke: #cf222e }
  marker path { fill: #57606a; stroke: none }`

/** What each kind of arrow means: for a legend. */
export const legend: Readonly<Record<EdgeKind, string>> = {
  source: 'event source mapping',
  subscription: 'subscription to a topic',
  action: 'the `paths` of an action',
  queue: 'the `queues` of an action',
  payload: 'a returned payload',
  'dead letter': 'dead-letter queue of SQS',
  discarded: 'records and events that Lambda gives up',
  dropped: 'dead letters of lpipe',
}

/**
 * Draws a system as an SVG image that needs no network: Lambdas with their paths, queues, streams and topics.
 *
 * @example
 * await writeFile('system.svg', toSvg(await describe(theSystem)))
 */
export const toSvg = (description: Description): string => {
  const { width, height, boxes, arrows } = layoutOf(pictureOf(description))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size(width)}" height="${size(height)}" viewBox="0 0 ${size(width)} ${size(height)}" role="img">`,
    `<title>${escaped(description.functions.map(({ name }) => name).join(', ') || 'a system')}</title>`,
    `<style>${style}\n</style>`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>',
    // Lambdas lie below the arrows, which lead to their paths.
    ...boxes.filter(({ node }) => node.kind === 'function').map(boxOf),
    ...arrows.map(arrowOf),
    ...boxes.filter(({ node }) => node.kind !== 'function').map(boxOf),
    '</svg>',
  ].join('\n')
}

const boxOf = ({ id, node, lines, x, y, width, height }: Box): string => {
  const round = { function: 6, path: 3, resource: 14 }[node.kind]
  const texts = lines.map((line, index) => {
    const name = index === 0 ? ' class="name"' : ''
    return `<text${name} x="${size(x + metrics.padding)}" y="${size(y + metrics.padding + 7 + index * metrics.line)}">${escaped(line)}</text>`
  })
  return `<g class="${node.kind}" data-id="${escaped(id)}"><title>${escaped(node.lines.join('\n'))}</title><rect x="${size(x)}" y="${size(y)}" width="${size(width)}" height="${size(height)}" rx="${round}"/>${texts.join('')}</g>`
}

const arrowOf = ({ edge, from, to }: Arrow): string => {
  // An arrow that leads back to the left leaves and arrives in a wider curve.
  const bend = to.x > from.x ? (to.x - from.x) / 2 : 60
  const line = `M${size(from.x)} ${size(from.y)}C${size(from.x + bend)} ${size(from.y)} ${size(to.x - bend)} ${size(to.y)} ${size(to.x)} ${size(to.y)}`
  const text =
    edge.label === undefined
      ? ''
      : `<text class="label" text-anchor="middle" x="${size((from.x + to.x) / 2)}" y="${size((from.y + to.y) / 2 - 3)}">${escaped(shown(edge.label))}</text>`
  const title = `${edge.from} to ${edge.to}: ${legend[edge.kind]}`
  return `<g class="edge"><title>${escaped(title)}</title><path class="${edge.kind.replace(' ', '-')}" d="${line}" marker-end="url(#arrow)"/>${text}</g>`
}

const size = (value: number): string => String(Math.round(value * 10) / 10)

/** Escapes a text for XML and HTML. */
export const escaped = (text: string): string =>
  text
    .split('\n')
    .map(visible)
    .join('\n')
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
