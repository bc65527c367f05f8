import { Inbox, MailWarning } from 'lucide'
import type { DeadLetterSummary } from '../../../src/api/types.ts'
import { Badge } from '../components/badge.tsx'

/** Who kept the message: SQS' redrive policy, or lpipe. */
export const KindBadge = ({ kind }: { readonly kind: DeadLetterSummary['kind'] }) => (
  <Badge icon={kind === 'sqs' ? Inbox : MailWarning}>{kind === 'sqs' ? 'SQS' : 'lpipe'}</Badge>
)
