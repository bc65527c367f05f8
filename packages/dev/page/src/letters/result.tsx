import type { DeadLetterResult } from '../../../src/api/types.ts'
import { plural } from '../components/format.ts'
import { Notice } from '../components/notice.tsx'
import { toast } from '../state/toasts.ts'

/** Reports what was done. Returns whether every letter was handled. */
export const report = (verb: string, { done, left }: DeadLetterResult): boolean => {
  if (done.length > 0) toast('ok', `${verb} ${plural(done.length, 'dead letter')}.`)
  return left.length === 0
}

/** The letters that stay in their queue, with the reason. */
export const Left = ({ result }: { readonly result: DeadLetterResult | undefined }) =>
  result === undefined || result.left.length === 0 ? null : (
    <Notice tone="bad">
      {plural(result.left.length, 'dead letter stays', 'dead letters stay')} in their queue:
      <ul>
        {[...Map.groupBy(result.left, ({ reason }) => reason)].slice(0, 10).map(([reason, letters]) => (
          <li key={reason}>
            {letters.length} × {reason}
          </li>
        ))}
      </ul>
    </Notice>
  )
