import type { MessageState } from '../../../src/api/types.ts'
import { Badge } from '../components/badge.tsx'
import { states } from './states.ts'

/** The state of a message as icon and text. */
export const StateBadge = ({ state }: { readonly state: MessageState }) => (
  <Badge tone={states[state].tone} icon={states[state].icon}>
    {states[state].text}
  </Badge>
)
