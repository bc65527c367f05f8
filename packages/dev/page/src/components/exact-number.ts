/** A number that JavaScript would change, such as an id of 20 digits: as it is written in the JSON. */
export class ExactNumber {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
}

/** As many characters has every number that JavaScript may change. */
const long = /[\d.]{16}|\d[eE]/

/**
 * Parses JSON, with an ExactNumber for each number that JavaScript would change. Browsers that do not show the source of a number
 * change it.
 *
 * @throws SyntaxError if it is not JSON
 */
export const parseExact = (text: string): unknown => {
  const value: unknown = JSON.parse(text)
  if (!long.test(text)) return value
  try {
    return JSON.parse(text, exact as Parameters<typeof JSON.parse>[1])
  } catch {
    return value // too deep for a function that is called for each value
  }
}

/** @see https://tc39.es/proposal-json-parse-with-source/ */
const exact = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === 'number' && context?.source !== undefined && isChanged(value, context.source)
    ? new ExactNumber(context.source)
    : value

/** `1.0` and `1e3` are written otherwise, and are the same number. */
const isChanged = (value: number, source: string): boolean =>
  !Number.isFinite(value) || digitsOf(String(value)) !== digitsOf(source)

/** The digits that count, without sign, point, exponent, and zeros at both ends. */
const digitsOf = (text: string): string =>
  text.replace(/e.*$/i, '').replace(/[^\d]/g, '').replace(/^0+/, '').replace(/0+$/, '')
