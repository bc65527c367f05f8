import { stripVTControlCharacters } from 'node:util'

/** Removes what could do something to a terminal: escape sequences, control characters, and characters that reverse a line. */
export const plainText = (text: string): string =>
  stripVTControlCharacters(text)
    .replaceAll('\t', '  ')
    .replace(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '')
