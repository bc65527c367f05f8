import { InvalidArgumentError } from 'commander'

/** Reads an option that is a count. */
export const countOf = (text: string): number => {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('It must be a number from 1 to 99999.')
  return Number(text)
}
