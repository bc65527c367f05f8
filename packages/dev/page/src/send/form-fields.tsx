import { Field } from '../components/field.tsx'
import type { FormField, FormTexts } from './schema-form.ts'

interface FormFieldsProps {
  readonly fields: readonly FormField[]
  readonly texts: FormTexts
  readonly problems: Readonly<Record<string, string>>
  /** Undefined takes the field out of the value. */
  readonly onChange: (pointer: string, text: string | undefined) => void
}

/** The controls of a form that was made from a schema. */
export const FormFields = ({ fields, ...rest }: FormFieldsProps) => (
  <>
    {fields.map((field) =>
      field.kind === 'group' ? (
        <fieldset key={field.pointer} class="fieldset">
          <legend>{field.name}</legend>
          <FormFields fields={field.fields} {...rest} />
        </fieldset>
      ) : (
        <OneField key={field.pointer} field={field} {...rest} />
      ),
    )}
  </>
)

const OneField = ({
  field,
  texts,
  problems,
  onChange,
}: Omit<FormFieldsProps, 'fields'> & { readonly field: FormField }) => {
  const { pointer, kind, required } = field
  const id = `field${pointer}`
  const problem = problems[pointer]
  const common = {
    id,
    value: texts[pointer] ?? '',
    'aria-invalid': problem === undefined ? undefined : true,
    'aria-describedby': problem === undefined ? undefined : `${id}-error`,
    'aria-required': required,
  }
  const write = (text: string): void =>
    onChange(pointer, text === '' && !(kind === 'text' && required) ? undefined : text)
  return (
    <Field
      id={id}
      label={field.name}
      required={required}
      error={problem}
      {...(field.hint === '' ? {} : { hint: field.hint })}
    >
      {kind === 'choice' || kind === 'boolean' ? (
        <select {...common} class="select" onChange={(event) => write(event.currentTarget.value)}>
          <option value="">{required ? 'Choose …' : 'Not set'}</option>
          {(kind === 'boolean' ? ['true', 'false'] : field.choices).map((choice) => (
            <option key={choice} value={choice}>
              {choice.replace(/^"(.*)"$/s, '$1')}
            </option>
          ))}
        </select>
      ) : kind === 'json' ? (
        <textarea
          {...common}
          class="textarea"
          rows={4}
          spellcheck={false}
          onInput={(event) => write(event.currentTarget.value)}
        />
      ) : (
        <input
          {...common}
          class="input"
          type="text"
          inputMode={kind === 'text' ? 'text' : 'decimal'}
          autocomplete="off"
          onInput={(event) => write(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}
