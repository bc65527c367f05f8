import type { Captured, CapturedError, InvocationSummary } from '../api/types.ts'

/** An invocation that is kept. */
export interface KeptInvocation extends InvocationSummary {
  readonly messageIds: string[]
  readonly event: Captured
  response?: Captured
  fullError?: CapturedError
}

/** The newest invocations. */
export interface KeptInvocations {
  readonly start: (invocation: KeptInvocation) => void
  /** Changes an invocation that has ended. */
  readonly end: (requestId: string, changes: Partial<KeptInvocation>) => void
  readonly get: (requestId: string) => KeptInvocation | undefined
  readonly newest: () => readonly KeptInvocation[]
  readonly total: () => number
  /** Returns those that ended since the last call. */
  readonly takeEnded: () => KeptInvocation[]
}

export const createInvocations = (limit: number): KeptInvocations => {
  const kept = new Map<string, KeptInvocation>()
  let ended: KeptInvocation[] = []
  let total = 0
  return {
    start: (invocation) => {
      kept.set(invocation.requestId, invocation)
      total += 1
      if (kept.size <= limit) return
      const [oldest] = kept.keys()
      if (oldest !== undefined) kept.delete(oldest)
    },
    end: (requestId, changes) => {
      const invocation = kept.get(requestId)
      if (invocation === undefined) return
      Object.assign(invocation, changes)
      if (ended.length < 1000) ended.push(invocation)
    },
    get: (requestId) => kept.get(requestId),
    newest: () => [...kept.values()].reverse(),
    total: () => total,
    takeEnded: () => {
      const taken = ended
      ended = []
      return taken
    },
  }
}

/** Returns an invocation as the list shows it. */
export const invocationSummary = ({
  messageIds: _,
  event: __,
  response: ___,
  fullError: ____,
  ...summary
}: KeptInvocation): InvocationSummary => summary
