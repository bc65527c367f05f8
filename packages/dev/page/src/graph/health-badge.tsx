import { CircleAlert, CircleCheck, CircleDashed, Clock } from 'lucide'
import { Badge } from '../components/badge.tsx'
import type { Health } from './health.ts'

const looks = {
  idle: { tone: 'neutral', icon: CircleDashed, text: 'Idle' },
  ok: { tone: 'ok', icon: CircleCheck, text: 'OK' },
  slow: { tone: 'warn', icon: Clock, text: 'Slow' },
  failing: { tone: 'bad', icon: CircleAlert, text: 'Failing' },
} as const

/** A state of a node or an edge as icon and text. */
export const HealthBadge = ({ health, text }: { readonly health: Health; readonly text?: string }) => (
  <Badge tone={looks[health].tone} icon={looks[health].icon}>
    {text ?? looks[health].text}
  </Badge>
)
