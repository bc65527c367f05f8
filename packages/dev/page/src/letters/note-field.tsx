import { Field } from '../components/field.tsx'

interface NoteFieldProps {
  readonly id: string
  readonly value: string
  readonly onInput: (value: string) => void
  readonly required?: boolean
}

/** The note that the history keeps. */
export const NoteField = ({ id, value, onInput, required = false }: NoteFieldProps) => (
  <Field id={id} label="Note" hint="Kept in the history, with the time" required={required}>
    <input
      id={id}
      class="input"
      maxLength={1000}
      autocomplete="off"
      value={value}
      aria-required={required}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  </Field>
)
