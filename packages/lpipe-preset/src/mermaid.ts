import type { Action, AnyFunction, Queue } from '@lpipe/core'
import { isAction, isQueue } from '@lpipe/core/middleware'
import type { PathDefinition } from '@lpipe/path-router'

/**
 * Draws a graph as a Mermaid flowchart: paths as boxes with the functions of their actions, queues as cylinders.
 *
 * @param paths the same object that `lpipe({ paths })` takes
 * @returns the text of the diagram, one line for each node and edge
 * @see https://mermaid.js.org/syntax/flowchart.html
 * @example
 * console.log(toMermaid({ ORDER: [charge], SHIP: [pack] }))
 */
export const toMermaid = (paths: Readonly<Record<string, PathDefinition>>): string => {
  const names = Object.keys(paths)
  const ids = new Map(names.map((name, index) => [upperCase(name), `p${index}`]))
  const queues = new Map<string, string>()
  const edges: string[] = []

  const idOf = (next: string | Queue): string => {
    if (!isQueue(next)) return ids.get(upperCase(next)) ?? ids.get(upperCase(lastPart(next))) ?? next
    const label = `${next.type} ${next.name ?? next.url}`
    if (!queues.has(label)) queues.set(label, `q${queues.size}`)
    return queues.get(label) as string
  }

  const boxes = names.map((name, index) => {
    const actions = actionsOf(paths[name] ?? [])
    for (const { paths: next = [], queues: ends = [] } of actions) {
      for (const end of [...next, ...ends]) {
        const how = isQueue(end) && end.path !== undefined ? `|"${escaped(end.path)}"|` : ''
        edges.push(`  p${index} -->${how} ${idOf(end)}`)
      }
    }
    const lines = actions.map(({ functions = [] }) => functions.map((fn) => fn.name || 'anonymous').join(', '))
    return `  p${index}["${[name, ...lines.filter(Boolean)].map(escaped).join('<br>')}"]`
  })
  const cylinders = [...queues].map(([label, id]) => `  ${id}[("${escaped(label)}")]`)
  return ['flowchart LR', ...boxes, ...cylinders, ...new Set(edges)].join('\n')
}

const actionsOf = (definition: PathDefinition): readonly Partial<Action>[] =>
  definition.every(isAction) ? definition : [{ functions: definition as readonly AnyFunction[] }]

/** Folds ASCII letters only, as the path router does. */
const upperCase = (name: string): string => name.replace(/[a-z]/g, (letter) => letter.toUpperCase())

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

/** Also backticks, which begin Markdown, and `%%`, which begins a directive. */
const escaped = (text: string): string => text.replace(/["<>|#&`%]/g, (sign) => `#${sign.charCodeAt(0)};`)
