import type { DryRunResult } from '../../../src/api/types.ts'
import { Badge } from '../components/badge.tsx'
import { CapturedView } from '../components/captured-view.tsx'
import { ErrorView } from '../components/error-view.tsx'
import { duration } from '../components/format.ts'
import { LogLines } from '../components/log-lines.tsx'
import { outcomes } from './states.ts'

/** What a dry run did: its outcome, the sends that were captured, and what was printed. */
export const DryRunView = ({ result }: { readonly result: DryRunResult }) => {
  const { text, tone, icon } = outcomes[result.outcome]
  return (
    <section class="stack dry-run" aria-label="Result of the dry run">
      <div class="row wrap">
        <h3>Dry run</h3>
        <Badge tone={tone} icon={icon}>
          {text}
        </Badge>
        <span class="muted small number">
          {result.lambda}
          {result.path === undefined ? '' : `, path ${result.path}`}, {duration(result.millis)}
        </span>
      </div>
      {result.error === undefined ? null : <ErrorView error={result.error} />}
      <h4>{result.sends.length === 0 ? 'It would send nothing' : `It would send ${result.sends.length}`}</h4>
      {result.sends.map((send, index) => (
        <div key={index} class="stack tight">
          <span class="small">
            to <b>{send.queue}</b>
            {send.path === undefined ? '' : `, path ${send.path}`} <span class="muted">({send.operation})</span>
          </span>
          <CapturedView value={send.body} label={`body for ${send.queue}`} />
        </div>
      ))}
      {result.logs.length === 0 ? null : (
        <>
          <h4>Logs</h4>
          <LogLines lines={result.logs} />
        </>
      )}
    </section>
  )
}
