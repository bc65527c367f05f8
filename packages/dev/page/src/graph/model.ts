/** The graph as it is drawn: boxes with rows, and edges between them. */
export interface GraphModel {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

export interface GraphNode {
  readonly id: string
  readonly kind: 'lambda' | 'queue'
  readonly title: string
  /** A few words below the title, for example `SQS FIFO queue`. */
  readonly subtitle: string
  /** The paths of a Lambda. */
  readonly rows: readonly GraphRow[]
}

export interface GraphRow {
  readonly id: string
  readonly name: string
  /** The functions of the path, in order. */
  readonly functions: readonly string[]
}

export interface GraphEdge {
  readonly id: string
  readonly from: string
  readonly to: string
  /** The row where it starts or ends. Missing: the head of the box. */
  readonly fromRow?: string
  readonly toRow?: string
  /** `dead`: messages that failed move on it. `inner`: from a path to another one of the same Lambda. */
  readonly kind: 'flow' | 'dead' | 'inner'
}
