import { useState } from 'preact/hooks'
import { cutText, visibleText } from './visible-text.ts'

const firstCharacters = 2_000
const moreCharacters = 20_000

/** Text of a message, a log line or an error: shown as text only, long ones in parts. */
export const Foreign = ({ text, class: extra = '' }: { readonly text: string; readonly class?: string }) => {
  const [limit, setLimit] = useState(firstCharacters)
  const { shown, hidden } = cutText(text, limit)
  return (
    <span class={`foreign ${extra}`} dir="auto">
      {visibleText(shown)}
      {hidden > 0 ? (
        <button type="button" class="more" onClick={() => setLimit(limit + moreCharacters)}>
          … {hidden.toLocaleString('en')} more characters
        </button>
      ) : null}
    </span>
  )
}
