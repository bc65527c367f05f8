import { History as HistoryIcon, MailCheck, MailWarning, Search, Trash2, Undo2 } from 'lucide'
import { useState } from 'preact/hooks'
import type { DeadLetterFilter } from '../../../src/api/types.ts'
import { api } from '../api/index.ts'
import { Button } from '../components/button.tsx'
import { Empty } from '../components/empty.tsx'
import { plural } from '../components/format.ts'
import { Icon } from '../components/icon.tsx'
import { Notice } from '../components/notice.tsx'
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
import { go, route } from '../state/use-route.ts'

/** Messages that ended in a dead-letter queue, of SQS and of lpipe. */
export const DeadLettersView = () => {
  const { id, query } = route.value
  const isHistory = query['show'] === 'history'
  const filter = letterFilter(query)
  const address = (next: Readonly<Record<string, string | undefined>>): string => routeHash('dead-letters', id, next)
  return (
    <div class={`view full split${id === undefined ? '' : ' has-detail'}`}>
      <h1 class="visually-hidden">Dead letters</h1>
      <section class="split-list" aria-label="List of dead letters">
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
      <section class="split-detail" aria-label="Selected dead letter">
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

const Letters = ({ filter, current, onFilter }: LettersProps) => {
  const { value, error } = useFetch(
    JSON.stringify(filter),
    (signal) => api.deadLetters(filter, signal),
    deadLettersVersion,
  )
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [action, setAction] = useState<{ readonly action: 'redrive' | 'discard'; readonly selection: Selection }>()
  if (error !== undefined) return <Notice tone="bad">{error}</Notice>
  if (value === undefined) return <p class="muted loading">Loading the dead letters …</p>
  const selected = stillThere(chosen, value)
  const groups = mergeGroups(value.groups)
  const selection = selectIds(selected.size > 0 ? selected : idsOf(value))
  const scope = scopeText(selection, selected.size, value.total)
  const Action = action?.action === 'discard' ? DiscardDialog : RedriveDialog
  const isFiltered = Object.keys(filter).length > 0
  return (
    <>
      <search class="filters pad-x">
        <div class="row">
          <div class="search">
            <Icon of={Search} />
            <input
              type="search"
              class="input"
              placeholder="Search body, id or error"
              aria-label="Search body, id or error"
              value={filter.text ?? ''}
              onChange={(event) => onFilter(withMember(filter, 'text', event.currentTarget.value))}
            />
          </div>
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
      {value.total === 0 ? (
        <Empty icon={MailCheck} title={isFiltered ? 'No dead letter matches' : 'No dead letters'}>
          <p>
            {isFiltered
              ? 'Remove a filter.'
              : 'A message that fails too often, or that lpipe gives up, is kept here until you decide.'}
          </p>
        </Empty>
      ) : (
        <>
          <div class="bar pad-x selection-bar">
            <span class="small number" role="status">
              {selected.size > 0
                ? `${selected.size} selected`
                : `${value.total.toLocaleString('en')} in ${plural(groups.length, 'group')}`}
            </span>
            <div class="spacer" />
            <Button icon={Trash2} kind="danger" onClick={() => setAction({ action: 'discard', selection })}>
              Discard {scope}
            </Button>
            <Button icon={Undo2} onClick={() => setAction({ action: 'redrive', selection })}>
              Redrive {scope}
            </Button>
          </div>
          <div class="list-scroll pad-x">
            <Groups
              groups={groups}
              letters={new Map(value.deadLetters.map((letter) => [letter.id, letter]))}
              current={current}
              query={filter}
              selected={selected}
              onSelect={setChosen}
              onAction={(name, group) => setAction({ action: name, selection: group })}
            />
          </div>
        </>
      )}
      {action === undefined ? null : (
        <Action selection={action.selection} onClose={() => setAction(undefined)} onDone={() => setChosen(new Set())} />
      )}
    </>
  )
}

const withMember = (filter: DeadLetterFilter, name: 'text' | 'kind', value: string): DeadLetterFilter => {
  const { [name]: _, ...rest } = filter
  return value === '' ? rest : { ...rest, [name]: value }
}
