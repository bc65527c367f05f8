/**
 * A validation function of ajv, generated at run time or ahead of time with the options `allErrors` and `verbose`.
 *
 * @see https://ajv.js.org/api.html#validation-errors
 */
export interface Validator {
  (value: unknown): unknown
  errors?: readonly ValidatorError[] | null | undefined
}

/** An error object of ajv, as far as error texts need it. */
export interface ValidatorError {
  /** a JSON pointer into the value */
  readonly instancePath: string
  readonly schemaPath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message?: string | undefined
  readonly parentSchema?: unknown
  /** the property whose name does not meet `propertyNames` */
  readonly propertyName?: string | undefined
}
