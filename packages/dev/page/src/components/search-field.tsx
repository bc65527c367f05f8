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
  const change = useRef(onChange)
  change.current = onChange
  useEffect(() => setText(value), [value])
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => change.current(text), typingMillis)
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
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </div>
  )
}
