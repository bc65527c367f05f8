import { CircleAlert } from 'lucide'
import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'

interface FieldProps {
  /** The id of the control. */
  readonly id: string
  readonly label: string
  readonly hint?: string
  readonly error?: string | undefined
  readonly required?: boolean
  readonly children: ComponentChildren
}

/** A control with its label, a hint and the reason why its value is refused. */
export const Field = ({ id, label, hint, error, required, children }: FieldProps) => (
  <div class="field">
    <label for={id}>
      {label}
      {required ? null : <span class="muted optional"> optional</span>}
    </label>
    {children}
    {hint === undefined ? null : <span class="hint">{hint}</span>}
    {error === undefined ? null : (
      <span class="error" id={`${id}-error`}>
        <Icon of={CircleAlert} />
        {error}
      </span>
    )}
  </div>
)
