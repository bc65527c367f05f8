import type { GraphNode } from '../../../src/api/types.ts'

/** Returns the nodes in the order of a table: each is followed by those in it. */
export const treeOrder = (nodes: readonly GraphNode[]): readonly GraphNode[] => {
  const children = Map.groupBy(nodes, ({ parent }) => parent)
  const withChildren = (node: GraphNode): GraphNode[] => [node, ...(children.get(node.id) ?? []).flatMap(withChildren)]
  return (children.get(undefined) ?? []).flatMap(withChildren)
}
