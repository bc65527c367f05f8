import { History as HistoryIcon, MailCheck, MailWarning, Trash2, Undo2 } from 'lucide'
import { useState } from 'preact/hooks'
import type { DeadLetterFilter, DeadLetters } from '../../../src/api/types.ts'
import { api } from '../api/index.ts'
import { Button } from '../components/button.tsx'
import { Empty } from '../components/empty.tsx'
import { plural } from '../components/format.ts'
import { Notice } from '../components/notice.tsx'
import { SearchField } from '../components/search-field.tsx'
import { Segments } from '../components/segments.tsx'
import { DiscardDialog } from '../letters/discard-dialog.tsx'
import { Groups } from '../letters/groups.tsx'
import { History } from '../letters/history.tsx'
import { LetterView } from '../letters/letter-view.tsx'
import { mergeGroups } from '../letters/merge-groups.ts'
import { RedriveDialog } from '../letters/redrive-dialog.tsx'
import { idsOf, letterFilter, type Selection, scopeText, selectIds, stillThere } from '../letters/selection.ts'
import { routeHash } from '../state/route.ts'
import { deadLettersVersion } from '../state/server.ts'
import { useFetch } from '../state/use-fetch.ts'
import { useFocus } from '../state/use-focus.ts'
import { go, route } from '../state/use-route.ts'

/** Messages that ended in a dead-letter queue, of SQS and of lpipe. */
export const DeadLettersView = () => {
  const { id, query } = route.value
  const focus = useFocus(id)
  const isHistory = query['show'] === 'history'
  const filter = letterFilter(query)
  const address = (next: Readonly<Record<string, string | undefined>>): string => routeHash('dead-letters', id, next)
  return (
    <div class={`view full split${id === undefined ? '' : ' has-detail'}`}>
      <h1 class="visually-hidden">Dead letters</h1>
      <section class="split-list" aria-label="List of dead letters" tabIndex={-1} ref={id === undefined ? focus : null}>
        <header class="list-head">
          <div class="row">
            <span class="title" aria-hidden="true">
              Dead letters
            </span>
            <div class="spacer" />
            <Segments
              label="Show"
              value={isHistory ? 'history' : 'letters'}
              options={[
                { value: 'letters', text: 'Letters', icon: MailWarning },
                { value: 'history', text: 'History', icon: HistoryIcon },
              ]}
              onChange={(value) => go(address({ ...filter, show: value === 'history' ? 'history' : undefined }))}
            />
          </div>
        </header>
        {isHistory ? (
          <History />
        ) : (
          <Letters filter={filter} current={id} onFilter={(next) => go(address(next), { replace: true })} />
        )}
      </section>
      <section
        class="split-detail"
        aria-label="Selected dead letter"
        tabIndex={-1}
        ref={id === undefined ? null : focus}
      >
        {id === undefined ? (
          <Empty icon={MailWarning} title="Select a dead letter">
            <p>Read its body and error, try it against the code as it is now, edit it and send it again.</p>
          </Empty>
        ) : (
          <LetterView id={id} back={routeHash('dead-letters', undefined, query)} />
        )}
      </section>
    </div>
  )
}

interface LettersProps {
  readonly filter: DeadLetterFilter
  readonly current: string | undefined
  readonly onFilter: (filter: DeadLetterFilter) => void
}

/** The filters stay while the list is fetched anew: otherwise they would lose the focus. */
const Letters = ({ filter, current, onFilter }: LettersProps) => {
  const { value, error } = useFetch(
    JSON.stringify(filter),
    (signal) => api.deadLetters(filter, signal),
    deadLettersVersion,
  )
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  return (
    <>
      <search class="filters pad-x">
        <div class="row">
          <SearchField value={filter.text ?? ''} onChange={(text) => onFilter(withMember(filter, 'text', text))} />
          <select
            class={`select kind-select${filter.kind === undefined ? '' : ' set'}`}
            aria-label="Both kinds"
            value={filter.kind ?? ''}
            onChange={(event) => onFilter(withMember(filter, 'kind', event.currentTarget.value))}
          >
            <option value="">Both kinds</option>
            <option value="sqs">SQS</option>
            <option value="lpipe">lpipe</option>
          </select>
        </div>
      </search>
      {error !== undefined ? (
        <Notice tone="bad">{error}</Notice>
      ) : value === undefined ? (
        <p class="muted loading">Loading the dead letters …</p>
      ) : value.total === 0 ? (
        <NoLetters isFiltered={Object.keys(filter).length > 0} />
      ) : (
        <LetterList value={value} filter={filter} current={current} chosen={chosen} onChoose={setChosen} />
      )}
    </>
  )
}

const NoLetters = ({ isFiltered }: { readonly isFiltered: boolean }) => (
  <Empty icon={MailCheck} title={isFiltered ? 'No dead letter matches' : 'No dead letters'}>
    <p>
      {isFiltered
        ? 'Remove a filter.'
        : 'A message that fails too often, or that lpipe gives up, is kept here until you decide.'}
    </p>
  </Empty>
)

interface LetterListProps extends Omit<LettersProps, 'onFilter'> {
  readonly value: DeadLetters
  readonly chosen: ReadonlySet<string>
  readonly onChoose: (chosen: ReadonlySet<string>) => void
}

const LetterList = ({ value, filter, current, chosen, onChoose }: LetterListProps) => {
  const [action, setAction] = useState<{ readonly action: 'redrive' | 'discard'; readonly selection: Selection }>()
  const selected = stillThere(chosen, value)
  const groups = mergeGroups(value.groups)
  const selection = selectIds(selected.size > 0 ? selected : idsOf(value))
  const scope = scopeText(selection, selected.size, value.total)
  const Action = action?.action === 'discard' ? DiscardDialog : RedriveDialog
  return (
    <>
      <div class="bar pad-x selection-bar">
        <span class="small number" role="status">
          {selected.size > 0
            ? `${selected.size} selected`
            : `${value.total.toLocaleString('en')} in ${plural(groups.length, 'group')}`}
        </span>
        <div class="spacer" />
        <div class="row">
          <Button icon={Trash2} kind="danger" onClick={() => setAction({ action: 'discard', selection })}>
            Discard {scope}
          </Button>
          <Button icon={Undo2} onClick={() => setAction({ action: 'redrive', selection })}>
            Redrive {scope}
          </Button>
        </div>
      </div>
      <div class="list-scroll pad-x">
        <Groups
          groups={groups}
          letters={new Map(value.deadLetters.map((letter) => [letter.id, letter]))}
          current={current}
          query={filter}
          selected={selected}
          onSelect={onChoose}
          onAction={(name, group) => setAction({ action: name, selection: group })}
        />
      </div>
      {action === undefined ? null : (
        <Action selection={action.selection} onClose={() => setAction(undefined)} onDone={() => onChoose(new Set())} />
      )}
    </>
  )
}

const withMember = (filter: DeadLetterFilter, name: 'text' | 'kind', value: string): DeadLetterFilter => {
  const { [name]: _, ...rest } = filter
  return value === '' ? rest : { ...rest, [name]: value }
}
