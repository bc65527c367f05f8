import { Search } from 'lucide'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from './icon.tsx'

const typingMillis = 200

interface SearchFieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
}

/** Searches when typing pauses, and at once with Enter. */
export const SearchField = ({ value, onChange }: SearchFieldProps) => {
  const [text, setText] = useState(value)
  const searched = useRef(value)
  const search = useRef(onChange)
  search.current = (wanted) => {
    searched.current = wanted
    onChange(wanted)
  }
  useEffect(() => {
    // More may have been typed since the search began that arrives here. Another value comes from elsewhere, such as a link.
    if (value !== searched.current) setText(value)
    searched.current = value
  }, [value])
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => search.current(text), typingMillis)
    return () => clearTimeout(timer)
  }, [text, value])
  return (
    <div class="search">
      <Icon of={Search} />
      <input
        type="search"
        class="input"
        placeholder="Search body, id or error"
        aria-label="Search body, id or error"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onChange={(event) => search.current(event.currentTarget.value)}
      />
    </div>
  )
}
