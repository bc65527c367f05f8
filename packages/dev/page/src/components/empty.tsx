import type { IconNode } from 'lucide'
import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'

/** What a view shows when it has nothing, and how to get something. */
export const Empty = ({
  icon,
  title,
  children,
}: {
  readonly icon: IconNode
  readonly title: string
  readonly children?: ComponentChildren
}) => (
  <div class="empty">
    <Icon of={icon} />
    <h2>{title}</h2>
    {children}
  </div>
)
