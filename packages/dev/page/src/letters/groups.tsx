import { ChevronRight, Trash2, Undo2 } from 'lucide'
import { useState } from 'preact/hooks'
import type { DeadLetterSummary } from '../../../src/api/types.ts'
import { Badge } from '../components/badge.tsx'
import { Button } from '../components/button.tsx'
import { Foreign } from '../components/foreign.tsx'
import { clock, plural } from '../components/format.ts'
import { Icon } from '../components/icon.tsx'
import { visibleText } from '../components/visible-text.ts'
import { routeHash } from '../state/route.ts'
import { KindBadge } from './kind-badge.tsx'
import type { LetterGroup } from './merge-groups.ts'
import { type Selection, selectIds, toggle } from './selection.ts'

interface GroupsProps {
  readonly groups: readonly LetterGroup[]
  readonly letters: ReadonlyMap<string, DeadLetterSummary>
  /** The letter that is shown. */
  readonly current: string | undefined
  readonly query: Readonly<Record<string, string | undefined>>
  readonly selected: ReadonlySet<string>
  readonly onSelect: (selected: ReadonlySet<string>) => void
  readonly onAction: (action: 'redrive' | 'discard', selection: Selection) => void
}

/** Dead letters by error, path and function. */
export const Groups = ({ groups, ...rest }: GroupsProps) => (
  <ul class="groups">
    {groups.map((group, index) => (
      <Group key={group.key} group={group} isFirst={index === 0} {...rest} />
    ))}
  </ul>
)

const page = 50

type GroupProps = Omit<GroupsProps, 'groups'> & { readonly group: LetterGroup; readonly isFirst: boolean }

const Group = ({ group, isFirst, letters, current, query, selected, onSelect, onAction }: GroupProps) => {
  const [chosen, setOpen] = useState<boolean>()
  const isOpen = chosen ?? (isFirst || group.ids.includes(current ?? ''))
  const [limit, setLimit] = useState(page)
  // The list has the newest letters only.
  const listed = group.ids.flatMap((id) => letters.get(id) ?? [])
  const unlisted = group.ids.length - listed.length
  const isSelected = group.ids.length > 0 && group.ids.every((id) => selected.has(id))
  const title = group.error ?? 'Unknown error'
  return (
    <li class="card group">
      <div class="group-head">
        <input
          type="checkbox"
          class="checkbox"
          aria-label={`Select all of ${title}`}
          checked={isSelected}
          onChange={() => onSelect(toggle(selected, group.ids))}
        />
        <button type="button" class="group-toggle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Icon of={ChevronRight} />
          <span class="group-text">
            <span class="row">
              <b class="truncate">
                <Foreign text={title} />
              </b>
              <Badge tone="bad">{group.ids.length.toLocaleString('en')}</Badge>
              <KindBadge kind={group.kind} />
            </span>
            {group.messages.length === 0 ? null : (
              <span class="group-message muted small">
                <Foreign text={group.messages[0] ?? ''} />
                {group.messages.length > 1 ? ` and ${plural(group.messages.length - 1, 'other text')}` : null}
              </span>
            )}
            <span class="row small muted">
              <span class="truncate">
                {group.path === undefined ? 'no path' : group.path}
                {group.function === undefined ? '' : ` → ${group.function}`} · {group.queue}
              </span>
            </span>
          </span>
        </button>
        <div class="group-actions">
          <Button
            icon={Undo2}
            kind="ghost"
            label={`Redrive all of ${title}`}
            onClick={() => onAction('redrive', selectIds(group.ids))}
          />
          <Button
            icon={Trash2}
            kind="ghost"
            label={`Discard all of ${title}`}
            onClick={() => onAction('discard', selectIds(group.ids))}
          />
        </div>
      </div>
      {isOpen ? (
        <ul class="letters" aria-label={`Dead letters of ${title}`}>
          {listed.slice(0, limit).map(({ id, preview, time }) => (
            <li key={id} class="letter">
              <input
                type="checkbox"
                class="checkbox"
                aria-label={`Select ${id}`}
                checked={selected.has(id)}
                onChange={() => onSelect(toggle(selected, [id]))}
              />
              <a
                href={routeHash('dead-letters', id, query)}
                class="letter-link"
                aria-current={id === current ? 'true' : undefined}
              >
                <bdi class="message-preview truncate">{visibleText(preview)}</bdi>
                {time === undefined ? null : <time class="muted number small">{clock(time)}</time>}
              </a>
            </li>
          ))}
          {listed.length > limit ? (
            <li class="list-more">
              <Button onClick={() => setLimit(limit + 4 * page)}>Show more</Button>
            </li>
          ) : unlisted > 0 ? (
            <li class="list-more muted small">
              {plural(unlisted, 'older one is', 'older ones are')} not listed. Search for a part of the body to see
              them.
            </li>
          ) : null}
        </ul>
      ) : null}
    </li>
  )
}
