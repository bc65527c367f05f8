import type { IconNode } from 'lucide'
import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'

interface ButtonProps {
  readonly icon?: IconNode
  readonly kind?: 'primary' | 'danger' | 'ghost'
  /** The name for screen readers, if the button shows an icon only. */
  readonly label?: string
  readonly disabled?: boolean
  /** What it began still runs: it does nothing meanwhile, and keeps the focus, which a disabled one would lose. */
  readonly busy?: boolean
  readonly pressed?: boolean
  readonly type?: 'button' | 'submit'
  readonly onClick?: (event: MouseEvent) => void
  readonly children?: ComponentChildren
}

/** A button with text, an icon, or both. */
export const Button = ({
  icon,
  kind,
  label,
  disabled,
  busy,
  pressed,
  type = 'button',
  onClick,
  children,
}: ButtonProps) => (
  <button
    type={type}
    class={['button', kind, children === undefined ? 'icon-only' : undefined].filter(Boolean).join(' ')}
    aria-label={label}
    title={children === undefined ? label : undefined}
    aria-pressed={pressed}
    disabled={disabled}
    aria-disabled={busy === true ? true : undefined}
    onClick={busy === true ? (event) => event.preventDefault() : onClick}
  >
    {icon === undefined ? null : <Icon of={icon} />}
    {children}
  </button>
)
