import { X } from 'lucide'
import { Button } from '../components/button.tsx'
import { SearchField } from '../components/search-field.tsx'
import { graph } from '../state/server.ts'
import { choices, type Filter, type FilterName } from './filter.ts'
import { states } from './states.ts'

interface FilterBarProps {
  readonly filter: Filter
  readonly onChange: (filter: Filter) => void
}

/** The search field and the filters above the list of messages. */
export const FilterBar = ({ filter, onChange }: FilterBarProps) => {
  const known = graph.value.value === undefined ? undefined : choices(graph.value.value)
  const set = (name: FilterName, value: string): void => {
    const { [name]: _, ...rest } = filter
    onChange(value === '' ? rest : { ...rest, [name]: value })
  }
  const select = (name: FilterName, label: string, options: readonly (readonly [value: string, text: string])[]) => (
    <select
      class={`select${filter[name] === undefined ? '' : ' set'}`}
      aria-label={label}
      value={filter[name] ?? ''}
      onChange={(event) => set(name, event.currentTarget.value)}
    >
      <option value="">{label}</option>
      {withOption(options, filter[name]).map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  )
  const same = (values: readonly string[] = []): [string, string][] => values.map((value) => [value, value])
  return (
    <search class="filters">
      <SearchField value={filter.text ?? ''} onChange={(value) => set('text', value)} />
      <div class="filter-selects">
        {select(
          'state',
          'Any outcome',
          Object.entries(states).map(([value, { text }]) => [value, text] as const),
        )}
        {select('path', 'Any path', same(known?.path))}
        {select('function', 'Any function', same(known?.function))}
        {select('queue', 'Any queue', same(known?.queue))}
        {select('lambda', 'Any Lambda', same(known?.lambda))}
        <label class="check-label">
          <input
            type="checkbox"
            class="checkbox"
            checked={filter.roots === 'true'}
            onChange={(event) => set('roots', event.currentTarget.checked ? 'true' : '')}
          />
          From outside only
        </label>
        {Object.keys(filter).length === 0 ? null : (
          <Button icon={X} kind="ghost" onClick={() => onChange({})}>
            Clear
          </Button>
        )}
      </div>
    </search>
  )
}

/** A value of the address is an option even if no node has it. */
const withOption = (
  options: readonly (readonly [string, string])[],
  value: string | undefined,
): readonly (readonly [string, string])[] =>
  value === undefined || options.some(([one]) => one === value) ? options : [...options, [value, value]]
