import { Binary, Braces, Clock, type IconNode, Mail, RotateCw, Send, SquareFunction, Waypoints } from 'lucide'
import { useMemo, useState } from 'preact/hooks'
import type { Journey, Span } from '../../../src/api/types.ts'
import { Button } from '../components/button.tsx'
import { duration } from '../components/format.ts'
import { Icon } from '../components/icon.tsx'
import { LineDetails } from './line-details.tsx'
import { queueName } from './message-list.tsx'
import { StateBadge } from './state-badge.tsx'
import { labelledBreaks, type TimeScale, timeScale } from './time-scale.ts'
import { type WaterfallRow, waterfallRows } from './waterfall-rows.ts'

const icons: Readonly<Record<Span['kind'], IconNode>> = {
  wait: Clock,
  invocation: Braces,
  message: Mail,
  decode: Binary,
  path: Waypoints,
  function: SquareFunction,
  send: Send,
  retry: RotateCw,
}

const texts: Readonly<Record<Span['kind'], string>> = {
  wait: 'wait in',
  invocation: 'Lambda',
  message: 'message',
  decode: 'decode',
  path: 'path',
  function: 'function',
  send: 'send to',
  retry: 'retry from',
}

const page = 250

interface WaterfallProps {
  readonly journey: Journey
}

/** The way of a message: a line for each message and each piece of its time. */
export const Waterfall = ({ journey }: WaterfallProps) => {
  const [open, setOpen] = useState<string>()
  const [isShort, setShort] = useState(true)
  const [limit, setLimit] = useState(page)
  const rows = useMemo(() => waterfallRows(journey), [journey])
  const scale = useMemo(() => timeScale(journey.spans, Date.now(), isShort), [journey, isShort])
  return (
    <section class="card waterfall" aria-label="Way of the message">
      <div class="card-head">
        <h3>Way through the system</h3>
        <span class="muted small number">
          {journey.messages.length === 1 ? '1 message' : `${journey.messages.length} messages`},{' '}
          {duration(scale.end - scale.start)}
        </span>
        <div class="spacer" />
        <label class="check-label">
          <input type="checkbox" class="checkbox" checked={isShort} onChange={() => setShort(!isShort)} />
          Shorten waits
        </label>
      </div>
      <div class="waterfall-body">
        <Axis scale={scale} />
        <ul>
          {rows.slice(0, limit).map((row) => {
            const id = row.type === 'message' ? row.message.id : row.span.id
            const line = { isOpen: id === open, onToggle: () => setOpen(id === open ? undefined : id) }
            return (
              <li key={`${row.type} ${id}`}>
                {row.type === 'message' ? (
                  <MessageLine row={row} {...line} />
                ) : (
                  <SpanLine row={row} scale={scale} {...line} />
                )}
                {line.isOpen ? <LineDetails journey={journey} row={row} /> : null}
              </li>
            )
          })}
        </ul>
        {rows.length > limit ? (
          <Button kind="ghost" onClick={() => setLimit(limit + 4 * page)}>
            {rows.length - limit} more lines
          </Button>
        ) : null}
      </div>
    </section>
  )
}

const Axis = ({ scale }: { readonly scale: TimeScale }) => (
  <div class="axis" aria-hidden="true">
    <span />
    <div class="axis-track">
      {labelledBreaks(scale.breaks).map(({ from, to, millis, hasLabel }) => (
        <div key={from} class="break" style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }}>
          {hasLabel ? <span>{duration(millis)}</span> : null}
        </div>
      ))}
    </div>
    <span />
  </div>
)

interface LineProps<Type extends WaterfallRow['type']> {
  readonly row: Extract<WaterfallRow, { type: Type }>
  /** Whether its details are shown below it. */
  readonly isOpen: boolean
  readonly onToggle: () => void
}

const MessageLine = ({ row: { message, depth }, isOpen, onToggle }: LineProps<'message'>) => (
  <button type="button" class="line message-head" aria-expanded={isOpen} onClick={onToggle}>
    <span class="line-name" style={{ '--depth': Math.min(depth, 10) }}>
      <Icon of={Mail} />
      <b class="truncate">{message.path ?? queueName(message.queue)}</b>
      <span class="muted truncate">{queueName(message.queue)}</span>
    </span>
    <StateBadge state={message.state} />
  </button>
)

type SpanLineProps = LineProps<'span'> & { readonly scale: TimeScale }

const SpanLine = ({ row: { span, depth }, scale, isOpen, onToggle }: SpanLineProps) => {
  const isRunning = span.endedAt === undefined && span.status === 'running'
  const end = span.endedAt ?? (isRunning ? scale.end : span.startedAt)
  const [from, to] = [scale.at(span.startedAt), scale.at(end)]
  const time = span.endedAt === undefined ? (isRunning ? 'running' : 'unknown') : duration(end - span.startedAt)
  return (
    <button type="button" class={`line ${span.kind} ${span.status}`} aria-expanded={isOpen} onClick={onToggle}>
      <span class="line-name" style={{ '--depth': Math.min(depth, 10) }}>
        <Icon of={icons[span.kind]} />
        <span class="truncate">
          {texts[span.kind] === span.name ? null : <span class="muted line-kind">{texts[span.kind]} </span>}
          {span.name}
        </span>
        {span.delivery > 1 && span.kind === 'invocation' ? <span class="tag">delivery {span.delivery}</span> : null}
      </span>
      <span class="track">
        <span class="track-bar" style={{ left: `${from * 100}%`, width: `max(3px, ${(to - from) * 100}%)` }} />
      </span>
      <span class="line-time number">
        {span.status === 'error' ? <span class="failed-text">failed </span> : null}
        {time}
      </span>
    </button>
  )
}
