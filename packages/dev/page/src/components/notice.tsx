import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide'
import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'

const icons = { ok: CircleCheck, warn: TriangleAlert, bad: CircleAlert, neutral: Info }

/** A sentence that must be read, in the flow of the page. */
export const Notice = ({
  tone = 'neutral',
  children,
}: {
  readonly tone?: keyof typeof icons
  readonly children: ComponentChildren
}) => (
  <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
    <Icon of={icons[tone]} />
    <div>{children}</div>
  </div>
)
