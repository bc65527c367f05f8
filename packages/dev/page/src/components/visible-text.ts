/**
 * Characters that change how the text around them is shown: control characters, such as the start of an ANSI sequence, and those
 * that change the direction of text.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this finds
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

/** Replaces them by their escape, for example `\u001b`. Tabs and line feeds stay. */
export const visibleText = (text: string): string =>
  text.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** The text cut to a length, and the number of characters that are not shown. */
export const cutText = (text: string, limit: number): { readonly shown: string; readonly hidden: number } =>
  text.length <= limit ? { shown: text, hidden: 0 } : { shown: text.slice(0, limit), hidden: text.length - limit }
