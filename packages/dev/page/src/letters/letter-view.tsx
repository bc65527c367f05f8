import { ArrowLeft, FlaskConical, Pencil, Trash2, Undo2 } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import type { DeadLetter, DryRunResult } from '../../../src/api/types.ts'
import { api } from '../api/index.ts'
import { Button } from '../components/button.tsx'
import { CapturedView } from '../components/captured-view.tsx'
import { ErrorView } from '../components/error-view.tsx'
import { Foreign } from '../components/foreign.tsx'
import { bytes, clock, plural } from '../components/format.ts'
import { Icon } from '../components/icon.tsx'
import { Notice } from '../components/notice.tsx'
import { DryRunView } from '../messages/dry-run-view.tsx'
import { routeHash } from '../state/route.ts'
import { useAction } from '../state/run.ts'
import { useFetch } from '../state/use-fetch.ts'
import { go } from '../state/use-route.ts'
import { DiscardDialog } from './discard-dialog.tsx'
import { EditDialog } from './edit-dialog.tsx'
import { KindBadge } from './kind-badge.tsx'
import { RedriveDialog } from './redrive-dialog.tsx'
import { selectIds } from './selection.ts'

interface LetterViewProps {
  readonly id: string
  /** The address of the list. */
  readonly back: string
}

/** One dead letter: its body, its error, and what can be done with it. */
export const LetterView = ({ id, back }: LetterViewProps) => {
  const { value: letter, error } = useFetch(id, (signal) => api.deadLetter(id, signal))
  return (
    <article class="journey" aria-label="Dead letter">
      <a class="back" href={back}>
        <Icon of={ArrowLeft} />
        All dead letters
      </a>
      {letter === undefined ? (
        error === undefined ? (
          <p class="muted">Loading the dead letter …</p>
        ) : (
          <Notice tone="bad">{error}</Notice>
        )
      ) : (
        <OneLetter letter={letter} onGone={() => go(back)} />
      )}
    </article>
  )
}

const OneLetter = ({ letter, onGone }: { readonly letter: DeadLetter; readonly onGone: () => void }) => {
  const [dialog, setDialog] = useState<'redrive' | 'edit' | 'discard'>()
  const [dryRun, setDryRun] = useState<DryRunResult>()
  const { busy, run } = useAction()
  useEffect(() => setDryRun(undefined), [letter.id])
  const close = (): void => setDialog(undefined)
  const common = { onClose: close, onDone: onGone }
  return (
    <>
      <header class="journey-head">
        <div class="row wrap">
          <KindBadge kind={letter.kind} />
          <h2>{letter.error === undefined ? 'Dead letter' : <Foreign text={letter.error.name} />}</h2>
          <span class="muted small">
            in {letter.queue}
            {letter.path === undefined ? '' : `, path ${letter.path}`}
            {letter.function === undefined ? '' : `, function ${letter.function}`}
          </span>
        </div>
        <div class="row wrap">
          <Button
            icon={FlaskConical}
            busy={busy}
            onClick={() => run(async () => setDryRun(await api.dryRunDeadLetter(letter.id, {})))}
          >
            Dry run
          </Button>
          <Button icon={Pencil} onClick={() => setDialog('edit')}>
            Edit
          </Button>
          <div class="spacer" />
          <Button icon={Trash2} kind="danger" onClick={() => setDialog('discard')}>
            Discard
          </Button>
          <Button
            icon={Undo2}
            kind="primary"
            disabled={letter.problem !== undefined}
            onClick={() => setDialog('redrive')}
          >
            Redrive
          </Button>
        </div>
      </header>
      {letter.problem === undefined ? null : <Notice tone="warn">{letter.problem}</Notice>}
      {dryRun === undefined ? null : (
        <div class="card pad">
          <DryRunView result={dryRun} />
        </div>
      )}
      {letter.fullError === undefined ? (
        letter.error === undefined ? null : (
          <div class="card pad">
            <ErrorView error={{ ...letter.error, frames: [], causes: [] }} />
          </div>
        )
      ) : (
        <div class="card pad">
          <ErrorView error={letter.fullError} />
        </div>
      )}
      <div class="card pad stack tight">
        <h3>Body</h3>
        <CapturedView value={letter.body} label="body" />
      </div>
      <section class="card pad stack tight" aria-labelledby="letter-facts">
        <h3 id="letter-facts">Facts</h3>
        <dl class="facts">
          <Fact term="Id" value={letter.id} />
          <Fact term="Goes back to" value={letter.to} />
          <Fact term="Lambda" value={letter.lambda} />
          <Fact
            term="Received"
            value={letter.receiveCount === undefined ? undefined : plural(letter.receiveCount, 'time')}
          />
          <Fact term="Came" value={letter.time === undefined ? undefined : clock(letter.time)} />
          <Fact term="Request id" value={letter.requestId} />
          <Fact term="Size" value={bytes(letter.bytes)} />
          {Object.entries(letter.attributes).map(([name, value]) => (
            <Fact key={name} term={name} value={value} />
          ))}
        </dl>
        {letter.messageId === undefined ? null : (
          <a class="small" href={routeHash('messages', letter.messageId)}>
            See the way of the message
          </a>
        )}
      </section>
      {letter.letter === undefined ? null : (
        <details class="card pad">
          <summary>Whole letter of lpipe</summary>
          <CapturedView value={letter.letter} label="letter" />
        </details>
      )}
      {dialog === 'redrive' ? <RedriveDialog selection={selectIds([letter.id])} {...common} /> : null}
      {dialog === 'discard' ? <DiscardDialog selection={selectIds([letter.id])} {...common} /> : null}
      {dialog === 'edit' ? <EditDialog letter={letter} {...common} /> : null}
    </>
  )
}

const Fact = ({ term, value }: { readonly term: string; readonly value: string | undefined }) =>
  value === undefined ? null : (
    <>
      <dt>
        <Foreign text={term} />
      </dt>
      <dd>
        <Foreign text={value} />
      </dd>
    </>
  )
