import { MailSearch, Pause, Play } from 'lucide'
import { useState } from 'preact/hooks'
import { api } from '../api/index.ts'
import { Button } from '../components/button.tsx'
import { Empty } from '../components/empty.tsx'
import { Notice } from '../components/notice.tsx'
import { type Filter, filterOf, messageQuery } from '../messages/filter.ts'
import { FilterBar } from '../messages/filter-bar.tsx'
import { JourneyView } from '../messages/journey-view.tsx'
import { MessageList } from '../messages/message-list.tsx'
import { routeHash } from '../state/route.ts'
import { messagesVersion } from '../state/server.ts'
import { useFetch } from '../state/use-fetch.ts'
import { useFocus } from '../state/use-focus.ts'
import { go, route } from '../state/use-route.ts'

const page = 100

/** The list of messages, and the way of the one that is selected. */
export const MessagesView = () => {
  const { id, query } = route.value
  const focus = useFocus(id)
  const filter = filterOf(query)
  const [isLive, setLive] = useState(true)
  const [limit, setLimit] = useState(page)
  const { value, error } = useFetch(
    JSON.stringify([filter, limit]),
    (signal) => api.messages(messageQuery(filter, limit), signal),
    isLive ? messagesVersion : undefined,
  )
  const change = (next: Filter): void => go(routeHash('messages', id, next), { replace: true })
  return (
    <div class={`view full split${id === undefined ? '' : ' has-detail'}`}>
      <h1 class="visually-hidden">Messages</h1>
      <section class="split-list" aria-label="List of messages" tabIndex={-1} ref={id === undefined ? focus : null}>
        <header class="list-head">
          <div class="row">
            <span class="title" aria-hidden="true">
              Messages
            </span>
            <span class="muted small number">{value === undefined ? '' : value.total.toLocaleString('en')}</span>
            <div class="spacer" />
            <Button icon={isLive ? Pause : Play} kind="ghost" onClick={() => setLive(!isLive)}>
              {isLive ? 'Pause' : 'Follow'}
            </Button>
          </div>
          <FilterBar filter={filter} onChange={change} />
        </header>
        {error === undefined ? null : <Notice tone="bad">{error}</Notice>}
        {value === undefined ? (
          <p class="muted loading">Loading messages …</p>
        ) : value.messages.length === 0 ? (
          <NoMessages isFiltered={Object.keys(filter).length > 0} />
        ) : (
          <div class="list-scroll">
            <MessageList messages={value.messages} selected={id} query={filter} />
            {value.next === undefined || limit >= 500 ? null : (
              <div class="list-more">
                <Button onClick={() => setLimit(Math.min(500, limit + page))}>Show more</Button>
              </div>
            )}
          </div>
        )}
      </section>
      <section class="split-detail" aria-label="Selected message" tabIndex={-1} ref={id === undefined ? null : focus}>
        {id === undefined ? (
          <Empty icon={MailSearch} title="Select a message">
            <p>Its way through all Lambdas is shown here: each wait, function, send and retry, with its data.</p>
          </Empty>
        ) : (
          <JourneyView id={id} back={routeHash('messages', undefined, filter)} />
        )}
      </section>
    </div>
  )
}

const NoMessages = ({ isFiltered }: { readonly isFiltered: boolean }) =>
  isFiltered ? (
    <Empty icon={MailSearch} title="No message matches">
      <p>Remove a filter, or search for a shorter text.</p>
    </Empty>
  ) : (
    <Empty icon={MailSearch} title="No messages yet">
      <p>Send one to a queue: it appears here at once.</p>
      <a class="button primary" href={routeHash('send')}>
        Send a message
      </a>
    </Empty>
  )
