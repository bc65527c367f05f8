import type { Journey, Message, Span } from '../../../src/api/types.ts'
import { CapturedView } from '../components/captured-view.tsx'
import { ErrorView } from '../components/error-view.tsx'
import { Foreign } from '../components/foreign.tsx'
import { bytes, clock, duration } from '../components/format.ts'
import { LogLines } from '../components/log-lines.tsx'
import { routeHash } from '../state/route.ts'
import { queueName } from './message-list.tsx'
import type { WaterfallRow } from './waterfall-rows.ts'

const inputNames: Partial<Record<Span['kind'], string>> = {
  function: 'Kwargs',
  decode: 'Payload',
  send: 'Body',
  path: 'Kwargs',
}

/** What is known about a line of the waterfall, below it. */
export const LineDetails = ({ journey, row }: { readonly journey: Journey; readonly row: WaterfallRow }) => (
  <div class="line-details">
    {row.type === 'span' ? (
      <OneSpan journey={journey} span={row.span} />
    ) : (
      <MessageDetails journey={journey} message={row.message} />
    )}
  </div>
)

const OneSpan = ({ journey, span }: { readonly journey: Journey; readonly span: Span }) => {
  const end = span.endedAt ?? Number.POSITIVE_INFINITY
  const logs = journey.logs.filter(
    ({ messageId, requestId, time }) =>
      (messageId === span.messageId || (span.kind === 'invocation' && requestId === span.requestId)) &&
      time >= span.startedAt - 1 &&
      time <= end + 1,
  )
  const inputName = inputNames[span.kind] ?? 'Input'
  return (
    <section class="stack" aria-label={`Details of ${span.name}`}>
      {span.error === undefined ? null : <ErrorView error={span.error} />}
      <dl class="facts">
        <dt>Started</dt>
        <dd class="number">{clock(span.startedAt)}</dd>
        {span.endedAt === undefined ? null : (
          <>
            <dt>Took</dt>
            <dd class="number">{duration(span.endedAt - span.startedAt)}</dd>
          </>
        )}
        <dt>Delivery</dt>
        <dd class="number">{span.delivery}</dd>
        {span.requestId === undefined ? null : (
          <>
            <dt>Request id</dt>
            <dd class="mono">{span.requestId}</dd>
          </>
        )}
      </dl>
      {span.input === undefined ? null : <Part title={inputName} value={span.input} />}
      {span.output === undefined ? null : <Part title="Returned" value={span.output} />}
      {logs.length === 0 ? null : (
        <div class="stack tight">
          <h4>Logs</h4>
          <LogLines lines={logs} />
        </div>
      )}
    </section>
  )
}

const Part = ({ title, value }: { readonly title: string; readonly value: Message['body'] }) => (
  <div class="stack tight">
    <h4>{title}</h4>
    <CapturedView value={value} label={title.toLowerCase()} />
  </div>
)

/** The body of a message, its facts and its logs. */
export const MessageDetails = ({ journey, message }: { readonly journey: Journey; readonly message: Message }) => {
  const logs = journey.logs.filter(({ messageId }) => messageId === message.id)
  const failed = journey.spans.filter(({ messageId, error }) => messageId === message.id && error !== undefined).at(-1)
  return (
    <section class="stack" aria-label="Details of the message">
      {failed?.error === undefined ? null : <ErrorView error={failed.error} />}
      <Part title="Body" value={message.body} />
      <dl class="facts">
        <dt>Id</dt>
        <dd class="mono">
          {message.id === journey.id ? message.id : <a href={routeHash('messages', message.id)}>{message.id}</a>}
        </dd>
        <dt>Queue</dt>
        <dd>{queueName(message.queue)}</dd>
        <dt>Sent</dt>
        <dd class="number">{clock(message.sentAt)}</dd>
        <dt>Size</dt>
        <dd class="number">{bytes(message.bytes)}</dd>
        <dt>Deliveries</dt>
        <dd class="number">{message.deliveries}</dd>
        {message.groupId === undefined ? null : (
          <>
            <dt>Message group</dt>
            <dd>
              <Foreign text={message.groupId} />
            </dd>
          </>
        )}
        {message.partitionKey === undefined ? null : (
          <>
            <dt>Partition key</dt>
            <dd>
              <Foreign text={message.partitionKey} />
            </dd>
          </>
        )}
        {Object.entries(message.attributes).map(([name, value]) => (
          <Attribute key={name} name={name} value={value} />
        ))}
      </dl>
      {logs.length === 0 ? null : (
        <div class="stack tight">
          <h4>Logs</h4>
          <LogLines lines={logs} />
        </div>
      )}
    </section>
  )
}

const Attribute = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <>
    <dt>
      <Foreign text={name} />
    </dt>
    <dd>
      <Foreign text={value} />
    </dd>
  </>
)
