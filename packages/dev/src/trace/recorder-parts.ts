import type { EdgeCounter } from './edges.ts'
import type { Entries } from './entries.ts'
import type { GraphModel } from './graph.ts'
import type { Spans } from './spans.ts'
import type { Counters } from './stats.ts'

/** What the recorders share. */
export interface RecorderParts {
  readonly entries: Entries
  readonly counters: Counters
  readonly graph: GraphModel
  readonly spans: Spans
  readonly edges: EdgeCounter
}
