import { ChevronRight } from 'lucide'
import { useState } from 'preact/hooks'
import { ExactNumber } from './exact-number.ts'
import { Foreign } from './foreign.tsx'
import { plural } from './format.ts'
import { Icon } from './icon.tsx'
import { Scroller } from './scroller.tsx'
import { visibleText } from './visible-text.ts'

/** Members that are rendered at once. */
const page = 100
/** Levels that are open at first. Deeper ones are rendered when they are opened. */
const openLevels = 2

/** A JSON value as a tree. */
export const JsonView = ({ value, label }: { readonly value: unknown; readonly label: string }) => (
  <Scroller class="json" label={label}>
    <Value value={value} level={0} />
  </Scroller>
)

const Value = ({ name, value, level }: { readonly name?: string; readonly value: unknown; readonly level: number }) =>
  typeof value === 'object' && value !== null && !(value instanceof ExactNumber) ? (
    <Branch name={name} value={value} level={level} />
  ) : (
    <>
      <Key name={name} />
      <Leaf value={value} />
    </>
  )

const Key = ({ name }: { readonly name: string | undefined }) =>
  name === undefined ? null : (
    <>
      <bdi class="key">{visibleText(name)}</bdi>
      {': '}
    </>
  )

const Leaf = ({ value }: { readonly value: unknown }) =>
  typeof value === 'string' ? (
    <span class="string">
      "<Foreign text={value} />"
    </span>
  ) : value instanceof ExactNumber ? (
    <span class="number">{value.source}</span>
  ) : (
    <span class={value === null ? 'null' : typeof value}>{String(value)}</span>
  )

const Branch = ({
  name,
  value,
  level,
}: {
  readonly name: string | undefined
  readonly value: object
  readonly level: number
}) => {
  const [open, setOpen] = useState(level < openLevels)
  const [limit, setLimit] = useState(page)
  const isArray = Array.isArray(value)
  const keys = Object.keys(value)
  if (keys.length === 0) {
    return (
      <>
        <Key name={name} />
        <span class="size">{isArray ? '[]' : '{}'}</span>
      </>
    )
  }
  return (
    <>
      <button type="button" class={level === 0 ? 'root' : ''} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon of={ChevronRight} />
        <Key name={name} />
        <span class="size">
          {isArray ? `array, ${plural(keys.length, 'item')}` : `object, ${plural(keys.length, 'member')}`}
        </span>
      </button>
      {open ? (
        <ul>
          {keys.slice(0, limit).map((key) => (
            <li key={key}>
              <Value name={key} value={(value as Readonly<Record<string, unknown>>)[key]} level={level + 1} />
            </li>
          ))}
          {keys.length > limit ? (
            <li>
              <button type="button" class="more" onClick={() => setLimit(limit + 10 * page)}>
                {keys.length - limit} more
              </button>
            </li>
          ) : null}
        </ul>
      ) : null}
    </>
  )
}
