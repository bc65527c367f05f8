import { CornerDownRight } from 'lucide'
import type { MessageSummary } from '../../../src/api/types.ts'
import { clock, duration } from '../components/format.ts'
import { Icon } from '../components/icon.tsx'
import { visibleText } from '../components/visible-text.ts'
import { routeHash } from '../state/route.ts'
import { StateBadge } from './state-badge.tsx'

interface MessageListProps {
  readonly messages: readonly MessageSummary[]
  readonly selected: string | undefined
  readonly query: Readonly<Record<string, string>>
}

/** The newest messages that match the filter. */
export const MessageList = ({ messages, selected, query }: MessageListProps) => (
  <ul class="message-list" aria-label="Messages">
    {messages.map((message) => (
      <li key={message.id}>
        <a
          class="message"
          href={routeHash('messages', message.id, query)}
          aria-current={message.id === selected ? 'true' : undefined}
        >
          <span class="message-line">
            <StateBadge state={message.state} />
            <b class="truncate">{message.path ?? queueName(message.queue)}</b>
            <span class="spacer" />
            <time class="muted number" dateTime={new Date(message.sentAt).toISOString()}>
              {clock(message.sentAt)}
            </time>
          </span>
          <bdi class="message-preview truncate">{visibleText(message.preview)}</bdi>
          <span class="message-line muted">
            {message.parentId === undefined ? null : <Icon of={CornerDownRight} />}
            <span class="truncate">
              {queueName(message.queue)}
              {message.error === undefined
                ? ''
                : ` · ${visibleText(`${message.error.name}: ${message.error.message}`)}`}
            </span>
            <span class="spacer" />
            {message.deliveries > 1 ? <span>{message.deliveries} deliveries</span> : null}
            {message.millis === undefined ? null : <span class="number">{duration(message.millis)}</span>}
          </span>
        </a>
      </li>
    ))}
  </ul>
)

/** `sqs:orders` is shown as `orders`. */
export const queueName = (node: string): string => node.replace(/^[a-z]+:/, '')
