import { Braces, Inbox, MailWarning, Megaphone, Waves } from 'lucide'
import type { GraphNode as ApiNode } from '../../../src/api/types.ts'
import { duration, rate, shortCount } from '../components/format.ts'
import { Icon } from '../components/icon.tsx'
import { Sparkline } from '../components/sparkline.tsx'
import { stats } from '../state/server.ts'
import type { NodeNumbers } from '../state/stats.ts'
import { healthOf } from './health.ts'
import { HealthBadge } from './health-badge.tsx'
import type { Box } from './layout.ts'
import type { GraphRow } from './model.ts'

interface CardProps {
  readonly box: Box
  readonly node: ApiNode | undefined
  readonly selected: string | undefined
  readonly onSelect: (id: string) => void
}

/** A box of the graph: a Lambda with its paths, or a queue. */
export const Card = ({ box, node, selected, onSelect }: CardProps) => {
  const { id, kind, title, rows } = box.node
  const isSelected = selected === id || rows.some((row) => row.id === selected)
  return (
    <article
      class={`node ${kind}${isSelected ? ' selected' : ''}${node?.deadLetters === undefined ? '' : ' dead'}`}
      style={{ left: `${box.x}px`, top: `${box.y}px`, width: `${box.width}px`, height: `${box.height}px` }}
      aria-label={title}
      data-node={id}
    >
      {kind === 'lambda' ? (
        <LambdaHead box={box} onSelect={onSelect} />
      ) : (
        <QueueHead box={box} node={node} onSelect={onSelect} />
      )}
      {rows.length === 0 ? null : (
        <ul class="rows">
          {rows.map((row) => (
            <PathRow key={row.id} row={row} isSelected={selected === row.id} onSelect={onSelect} />
          ))}
        </ul>
      )}
    </article>
  )
}

interface FigureProps {
  readonly value: string
  readonly label: string
  /** Shown instead where there is little space. */
  readonly short?: string
  readonly bad?: boolean
}

const Figure = ({ value, label, short, bad }: FigureProps) => (
  <span class={bad ? 'figure bad' : 'figure'}>
    <b>{value}</b> <span class={short === undefined ? '' : 'long'}>{label}</span>
    {short === undefined ? null : (
      <span class="short" aria-hidden="true">
        {short}
      </span>
    )}
  </span>
)

const lineOf = ({ points }: NodeNumbers) => (
  <Sparkline
    values={points.map(({ count }) => count)}
    errors={points.map(({ errors }) => errors)}
    width={52}
    height={22}
  />
)

const LambdaHead = ({ box, onSelect }: { readonly box: Box; readonly onSelect: (id: string) => void }) => {
  const { id, title } = box.node
  const numbers = stats.node(id).value
  const { rate: perSecond = 0, errors = 0, p95Millis } = numbers.stats ?? {}
  return (
    <button type="button" class="node-head" onClick={() => onSelect(id)}>
      <span class="node-title">
        <Icon of={Braces} />
        <span class="name" title={title}>
          {title}
        </span>
        <HealthBadge health={healthOf(numbers.stats, numbers.points)} />
      </span>
      <span class="figures">
        <Figure value={rate(perSecond)} label="per second" short="/s" />
        <Figure value={shortCount(errors)} label="failed" bad={errors > 0} />
        <Figure value={p95Millis === undefined ? '–' : duration(p95Millis)} label="p95" />
        {lineOf(numbers)}
      </span>
    </button>
  )
}

const icons = {
  lambda: Braces,
  path: Braces,
  function: Braces,
  queue: Inbox,
  stream: Waves,
  topic: Megaphone,
  other: Inbox,
}

const QueueHead = ({ box, node, onSelect }: Omit<CardProps, 'selected'>) => {
  const { id, title, subtitle } = box.node
  const numbers = stats.node(id).value
  const { rate: perSecond = 0, backlog = 0, oldestMillis } = numbers.stats ?? {}
  const isDead = node?.deadLetters !== undefined
  const health = isDead ? (backlog > 0 ? 'failing' : 'idle') : healthOf(numbers.stats, numbers.points)
  const icon = isDead ? MailWarning : icons[node?.kind ?? 'queue']
  return (
    <button type="button" class="node-head" onClick={() => onSelect(id)}>
      <span class="node-title">
        <Icon of={icon} />
        <span class="name" title={title}>
          {title}
        </span>
        <HealthBadge health={health} {...(isDead ? { text: backlog > 0 ? 'Letters' : 'Empty' } : {})} />
      </span>
      <span class="node-subtitle">
        <span class="truncate">{subtitle}</span>
        {lineOf(numbers)}
      </span>
      <span class="figures">
        {isDead ? null : <Figure value={rate(perSecond)} label="per second" short="/s" />}
        <Figure
          value={shortCount(backlog)}
          label={isDead ? (backlog === 1 ? 'letter' : 'letters') : 'waiting'}
          bad={isDead && backlog > 0}
        />
        <Figure value={oldestMillis === undefined ? '–' : duration(oldestMillis)} label="oldest" />
      </span>
    </button>
  )
}

interface PathRowProps {
  readonly row: GraphRow
  readonly isSelected: boolean
  readonly onSelect: (id: string) => void
}

const PathRow = ({ row, isSelected, onSelect }: PathRowProps) => {
  const numbers = stats.node(row.id).value
  const { rate: perSecond = 0 } = numbers.stats ?? {}
  const health = healthOf(numbers.stats, numbers.points)
  return (
    <li>
      <button
        type="button"
        class={`path-row ${health}${isSelected ? ' selected' : ''}`}
        onClick={() => onSelect(row.id)}
      >
        <span class="path-text">
          <span class="path-name truncate" title={row.name}>
            {row.name}
          </span>
          <span class="path-functions truncate" title={row.functions.join(', ')}>
            {row.functions.length === 0 ? 'no functions' : row.functions.join(' → ')}
          </span>
        </span>
        <span class="path-rate">
          {health === 'failing' || health === 'slow' ? <HealthBadge health={health} /> : null}
          <span>{rate(perSecond)}/s</span>
        </span>
        {lineOf(numbers)}
      </button>
    </li>
  )
}
