import type { IconNode } from 'lucide'
import { Icon } from './icon.tsx'

interface SegmentsProps<Value extends string> {
  /** The name of the group for screen readers. */
  readonly label: string
  readonly options: readonly { readonly value: Value; readonly text: string; readonly icon?: IconNode }[]
  readonly value: Value
  readonly onChange: (value: Value) => void
}

/** A choice of one of a few. */
export const Segments = <Value extends string>({ label, options, value, onChange }: SegmentsProps<Value>) => (
  // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in a row in every browser
  <div class="segments" role="group" aria-label={label}>
    {options.map((option) => (
      <button
        key={option.value}
        type="button"
        aria-pressed={option.value === value}
        onClick={() => onChange(option.value)}
      >
        {option.icon === undefined ? null : <Icon of={option.icon} />}
        {option.text}
      </button>
    ))}
  </div>
)
