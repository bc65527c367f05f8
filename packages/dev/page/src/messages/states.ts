import {
  CircleAlert,
  CircleCheck,
  CircleSlash,
  Clock,
  type IconNode,
  LoaderCircle,
  RotateCw,
  Skull,
  Trash2,
} from 'lucide'
import type { MessageState } from '../../../src/api/types.ts'
import type { Tone } from '../components/badge.tsx'

/** How each state of a message is shown. */
export const states: Readonly<
  Record<MessageState, { readonly text: string; readonly tone: Tone; readonly icon: IconNode }>
> = {
  waiting: { text: 'Waiting', tone: 'neutral', icon: Clock },
  running: { text: 'Running', tone: 'accent', icon: LoaderCircle },
  succeeded: { text: 'Succeeded', tone: 'ok', icon: CircleCheck },
  dropped: { text: 'Dropped', tone: 'warn', icon: CircleSlash },
  failed: { text: 'To retry', tone: 'warn', icon: RotateCw },
  dead: { text: 'Dead', tone: 'bad', icon: Skull },
  discarded: { text: 'Discarded', tone: 'bad', icon: Trash2 },
}

/** How each outcome of a dry run is shown. */
export const outcomes = {
  succeeded: { text: 'Succeeded', tone: 'ok', icon: CircleCheck },
  dropped: { text: 'Dropped', tone: 'warn', icon: CircleSlash },
  failed: { text: 'Failed', tone: 'bad', icon: CircleAlert },
  timedOut: { text: 'Timed out', tone: 'bad', icon: Clock },
  crashed: { text: 'Crashed', tone: 'bad', icon: Skull },
} as const
