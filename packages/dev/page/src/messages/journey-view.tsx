import { ArrowLeft, FlaskConical, RotateCw } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import type { DryRunResult, Journey } from '../../../src/api/types.ts'
import { api } from '../api/index.ts'
import { Button } from '../components/button.tsx'
import { CopyButton } from '../components/copy-button.tsx'
import { duration } from '../components/format.ts'
import { Icon } from '../components/icon.tsx'
import { Notice } from '../components/notice.tsx'
import { routeHash } from '../state/route.ts'
import { useAction } from '../state/run.ts'
import { messagesVersion } from '../state/server.ts'
import { useFetch } from '../state/use-fetch.ts'
import { DryRunView } from './dry-run-view.tsx'
import { MessageDetails } from './line-details.tsx'
import { queueName } from './message-list.tsx'
import { RerunDialog } from './rerun-dialog.tsx'
import { StateBadge } from './state-badge.tsx'
import { Waterfall } from './waterfall.tsx'

interface JourneyViewProps {
  readonly id: string
  /** The address of the list. */
  readonly back: string
}

/** One message: its way through all Lambdas, and what can be done with it. */
export const JourneyView = ({ id, back }: JourneyViewProps) => {
  const { value: journey, error } = useFetch(id, (signal) => api.message(id, signal), messagesVersion)
  return (
    <article class="journey" aria-label="Message">
      <a class="back" href={back}>
        <Icon of={ArrowLeft} />
        All messages
      </a>
      {journey === undefined ? (
        error === undefined ? (
          <p class="muted">Loading the message …</p>
        ) : (
          <Notice tone="bad">{error}</Notice>
        )
      ) : (
        <OneJourney journey={journey} />
      )}
    </article>
  )
}

const OneJourney = ({ journey }: { readonly journey: Journey }) => {
  const [isRerun, setRerun] = useState(false)
  const [dryRun, setDryRun] = useState<DryRunResult>()
  const { busy, run } = useAction()
  useEffect(() => {
    setDryRun(undefined)
  }, [journey.id])
  const message = journey.messages.find(({ id }) => id === journey.id)
  if (message === undefined) return <Notice tone="warn">This message is not kept any more.</Notice>
  const root = journey.messages.find(({ id }) => id === journey.rootId && id !== message.id)
  return (
    <>
      <header class="journey-head">
        <div class="row wrap">
          <StateBadge state={message.state} />
          <h2>{message.path ?? queueName(message.queue)}</h2>
          <span class="muted small">
            in {queueName(message.queue)}
            {message.lambda === undefined ? '' : `, received by ${message.lambda}`}
            {message.waitMillis === undefined ? '' : ` after ${duration(message.waitMillis)}`}
          </span>
          {root === undefined ? null : (
            <a class="small" href={routeHash('messages', root.id)}>
              First message of its way
            </a>
          )}
        </div>
        <div class="row wrap">
          <code class="tag truncate">{message.id}</code>
          <CopyButton text={() => message.id} label="Copy id" />
          <div class="spacer" />
          <Button
            icon={FlaskConical}
            busy={busy}
            onClick={() => run(async () => setDryRun(await api.dryRunMessage(message.id, {})))}
          >
            Dry run
          </Button>
          <Button icon={RotateCw} kind="primary" onClick={() => setRerun(true)}>
            Send again
          </Button>
        </div>
      </header>
      {journey.incomplete ? (
        <Notice tone="warn">Parts of this way are not kept any more, or there are more than 1,000 messages.</Notice>
      ) : null}
      {dryRun === undefined ? null : (
        <div class="card pad">
          <DryRunView result={dryRun} />
        </div>
      )}
      <Waterfall key={journey.id} journey={journey} />
      <div class="card pad">
        <MessageDetails journey={journey} message={message} />
      </div>
      {isRerun ? <RerunDialog message={message} root={root} onClose={() => setRerun(false)} /> : null}
    </>
  )
}
