import { Binary, Braces, Clock, type IconNode, Mail, RotateCw, Send, SquareFunction, Waypoints } from 'lucide'
import { useMemo, useState } from 'preact/hooks'
import type { Journey, Span } from '../../../src/api/types.ts'
import { Button } from '../components/button.tsx'
import { duration } from '../components/format.ts'
import { Icon } from '../components/icon.tsx'
import { queueName } from './message-list.tsx'
import { StateBadge } from './state-badge.tsx'
import { type TimeScale, timeScale } from './time-scale.ts'
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
  wait: 'waited in',
  invocation: 'invocation of',
  message: 'message in',
  decode: 'decode',
  path: 'path',
  function: 'function',
  send: 'sent to',
  retry: 'waited for a retry in',
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
          {rows
            .slice(0, limit)
            .map((row) =>
              row.type === 'message' ? (
                <MessageLine key={row.message.id} row={row} selected={selected} onSelect={onSelect} />
              ) : (
                <SpanLine key={row.span.id} row={row} scale={scale} selected={selected} onSelect={onSelect} />
              ),
            )}
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
      {scale.breaks.map(({ from, to, millis }) => (
        <span key={from} class="break" style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }}>
          {duration(millis)}
        </span>
      ))}
    </div>
    <span />
  </div>
)

interface LineProps<Type extends WaterfallRow['type']> {
  readonly row: Extract<WaterfallRow, { type: Type }>
  readonly selected: string
  readonly onSelect: (id: string) => void
}

const indent = (depth: number): string => `${8 + Math.min(depth, 10) * 14}px`

const MessageLine = ({ row: { message, depth }, selected, onSelect }: LineProps<'message'>) => (
  <li>
    <button
      type="button"
      class="line message-head"
      aria-pressed={message.id === selected}
      onClick={() => onSelect(message.id)}
    >
      <span class="line-name" style={{ paddingLeft: indent(depth) }}>
        <Icon of={Mail} />
        <b class="truncate">{message.path ?? queueName(message.queue)}</b>
        <span class="muted truncate">{queueName(message.queue)}</span>
      </span>
      <StateBadge state={message.state} />
    </button>
  </li>
)

const SpanLine = ({
  row: { span, depth },
  scale,
  selected,
  onSelect,
}: LineProps<'span'> & { readonly scale: TimeScale }) => {
  const end = span.endedAt ?? (span.status === 'running' ? scale.end : span.startedAt)
  const [from, to] = [scale.at(span.startedAt), scale.at(end)]
  const text =
    span.endedAt === undefined ? (span.status === 'running' ? 'running' : 'unknown') : duration(end - span.startedAt)
  return (
    <li>
      <button
        type="button"
        class={`line ${span.kind} ${span.status}`}
        aria-pressed={span.id === selected}
        onClick={() => onSelect(span.id)}
      >
        <span class="line-name" style={{ paddingLeft: indent(depth) }}>
          <Icon of={icons[span.kind]} />
          <span class="visually-hidden">{texts[span.kind]} </span>
          <span class="truncate">{span.name}</span>
          {span.delivery > 1 && span.kind === 'invocation' ? <span class="tag">delivery {span.delivery}</span> : null}
        </span>
        <span class="track">
          <span class="track-bar" style={{ left: `${from * 100}%`, width: `max(3px, ${(to - from) * 100}%)` }} />
        </span>
        <span class="line-time number">
          {span.status === 'error' ? <span class="failed-text">failed </span> : null}
          {text}
        </span>
      </button>
    </li>
  )
}
