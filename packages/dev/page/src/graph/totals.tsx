import { shortCount } from '../components/format.ts'
import { stats } from '../state/server.ts'

/** How messages ended, since the start. */
export const Totals = () => {
  const totals = stats.totals.value
  if (totals === undefined) return null
  const { messages, waiting, running, succeeded, dropped, failed, dead, deadLetters } = totals
  return (
    <dl class="totals" aria-label="Messages since the start">
      <Total term="Messages" value={messages} />
      <Total term="Waiting" value={waiting} />
      <Total term="Running" value={running} />
      <Total term="Succeeded" value={succeeded} tone="ok" />
      <Total term="To retry" value={failed} tone="warn" />
      <Total term="Dropped" value={dropped} tone="warn" />
      <Total term="Dead" value={dead} tone="bad" />
      <Total term="Dead letters" value={deadLetters} tone="bad" />
    </dl>
  )
}

const Total = ({ term, value, tone }: { readonly term: string; readonly value: number; readonly tone?: string }) => (
  <div class={value > 0 ? tone : undefined}>
    <dt>{term}</dt>
    <dd class="number" title={value.toLocaleString('en')}>
      {shortCount(value)}
    </dd>
  </div>
)
