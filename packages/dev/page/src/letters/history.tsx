import { History as HistoryIcon, Trash2, Undo2 } from 'lucide'
import { api } from '../api/index.ts'
import { Badge } from '../components/badge.tsx'
import { Empty } from '../components/empty.tsx'
import { Foreign } from '../components/foreign.tsx'
import { clock } from '../components/format.ts'
import { Notice } from '../components/notice.tsx'
import { visibleText } from '../components/visible-text.ts'
import { routeHash } from '../state/route.ts'
import { deadLettersVersion } from '../state/server.ts'
import { useFetch } from '../state/use-fetch.ts'

/** A line for each dead letter that was redriven or discarded. */
export const History = () => {
  const { value, error } = useFetch('audit', () => api.audit(), deadLettersVersion)
  if (error !== undefined) return <Notice tone="bad">{error}</Notice>
  if (value === undefined) return <p class="muted loading">Loading the history …</p>
  if (value.lines.length === 0) {
    return (
      <Empty icon={HistoryIcon} title="No history yet">
        <p>Each dead letter that is redriven or discarded gets a line here, with its note.</p>
      </Empty>
    )
  }
  return (
    <ul class="list-scroll history" aria-label="History">
      {value.lines.map((line) => (
        <li key={`${line.time} ${line.id}`} class="history-line">
          <div class="row wrap">
            {line.action === 'redriven' ? (
              <Badge tone="ok" icon={Undo2}>
                Redriven{line.edited ? ', edited' : ''}
              </Badge>
            ) : (
              <Badge tone="warn" icon={Trash2}>
                Discarded
              </Badge>
            )}
            <span class="small truncate">
              {line.error === undefined ? '' : <Foreign text={line.error} />}
              {line.path === undefined ? '' : ` in ${line.path}`}
            </span>
            <div class="spacer" />
            <time class="muted number small">{clock(line.time)}</time>
          </div>
          {line.note === undefined ? null : (
            <p class="small">
              <Foreign text={line.note} />
            </p>
          )}
          <bdi class="message-preview truncate">{visibleText(line.preview)}</bdi>
          {line.newId === undefined ? null : (
            <a class="small" href={routeHash('messages', line.newId)}>
              See its new way
            </a>
          )}
        </li>
      ))}
    </ul>
  )
}
