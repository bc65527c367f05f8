import type { IconNode } from 'lucide'
import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'

/** The colour of a state. The text and the icon beside it say the same. */
export type Tone = 'ok' | 'warn' | 'bad' | 'accent' | 'neutral'

/** A state as icon and text. */
export const Badge = ({
  tone = 'neutral',
  icon,
  children,
}: {
  readonly tone?: Tone
  readonly icon?: IconNode
  readonly children: ComponentChildren
}) => (
  <span class={`badge ${tone}${icon === undefined ? ' plain' : ''}`}>
    {icon === undefined ? null : <Icon of={icon} />}
    {children}
  </span>
)
