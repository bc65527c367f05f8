import type { Description } from './description.ts'
import { type EdgeKind, type PictureNode, pictureOf } from './picture.ts'
import { visible } from './text.ts'

const arrows: Readonly<Record<EdgeKind, string>> = {
  source: '==>',
  subscription: '==>',
  action: '-->',
  queue: '-->',
  payload: '-.->',
  'dead letter': '-.->',
  discarded: '-.->',
  dropped: '-.->',
}

/** The label of edges that have none of their own. */
const labels: Partial<Record<EdgeKind, string>> = { discarded: 'discarded', dropped: 'dropped' }

/**
 * Draws a system as a Mermaid flowchart: Lambdas as boxes with their paths, queues, streams and topics as cylinders between them. Thick
 * arrows are event source mappings and subscriptions, dotted ones are payloads that functions return, dead letters and what was given up.
 *
 * @returns the text of the diagram, one line for each node and edge
 * @see https://mermaid.js.org/syntax/flowchart.html
 * @example
 * console.log(toMermaid(await describe(theSystem)))
 */
export const toMermaid = (description: Description): string => {
  const { nodes, edges } = pictureOf(description)
  const ids = new Map(nodes.map(({ id }, index) => [id, `n${index}`]))
  const idOf = (id: string): string => ids.get(id) ?? `"${escaped(id)}"`
  const box = (node: PictureNode, indent: string, [open, close]: readonly [string, string]): string =>
    `${indent}${idOf(node.id)}${open}"${node.lines.map(escaped).join('<br>')}"${close}`

  const functions = nodes.filter(({ kind }) => kind === 'function')
  const lines = functions.flatMap((fn) => {
    const paths = nodes.filter(({ parent }) => parent === fn.id)
    if (paths.length === 0) return [box(fn, '  ', ['[[', ']]'])]
    return [
      `  subgraph ${idOf(fn.id)}["${fn.lines.map(escaped).join('<br>')}"]`,
      ...paths.map((path) => box(path, '    ', ['[', ']'])),
      '  end',
    ]
  })
  const cylinders = nodes.filter(({ kind }) => kind === 'resource').map((node) => box(node, '  ', ['[(', ')]']))
  const arrowsOf = edges.map(({ from, to, kind, label = labels[kind] }) => {
    const text = label === undefined ? '' : `|"${escaped(label)}"|`
    return `  ${idOf(from)} ${arrows[kind]}${text} ${idOf(to)}`
  })
  return ['flowchart LR', ...lines, ...cylinders, ...arrowsOf].join('\n')
}

/** Also backticks, which begin Markdown, and `%%`, which begins a directive. */
const escaped = (text: string): string => visible(text).replace(/["<>|#&`%]/g, (sign) => `#${sign.charCodeAt(0)};`)
