/** Texts of users in pictures: names may hold any character. */

/** Control characters, marks that change the direction of what follows, and halves of characters. */
const hidden = /[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** Shows characters that would change the picture, or that XML does not take: `\u{202e}`. */
export const visible = (text: string): string =>
  text.replace(hidden, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`)

/** Characters that are as wide as two others in a monospaced font: East Asian ones and emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u

/** The width of a text in characters. */
export const widthOf = (text: string): number => Array.from(text, widthOfOne).reduce((sum, width) => sum + width, 0)

const widthOfOne = (sign: string): number => (wide.test(sign) ? 2 : 1)

/** Cuts a text that is wider than `most` characters. */
export const cut = (text: string, most: number): string => {
  if (widthOf(text) <= most) return text
  let width = 1 // of the ellipsis
  let kept = ''
  for (const sign of text) {
    width += widthOfOne(sign)
    if (width > most) break
    kept += sign
  }
  return `${kept}…`
}
