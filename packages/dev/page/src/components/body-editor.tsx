import { useId } from 'preact/hooks'
import { Field } from './field.tsx'
import { jsonProblem } from './json-problem.ts'

interface BodyEditorProps {
  readonly label: string
  readonly value: string
  readonly onInput: (value: string) => void
}

/** A text area for a body. A body that is not JSON may be sent, but the page says so. */
export const BodyEditor = ({ label, value, onInput }: BodyEditorProps) => {
  const id = useId()
  const problem = jsonProblem(value)
  return (
    <Field id={id} label={label} required {...(problem === undefined ? {} : { hint: `Not JSON: ${problem}` })}>
      <textarea
        id={id}
        class="textarea"
        rows={12}
        spellcheck={false}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </Field>
  )
}
