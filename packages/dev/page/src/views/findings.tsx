import { CircleAlert, CircleCheck, FileCode, Info, Network, TriangleAlert } from 'lucide'
import type { Finding } from '../../../src/api/types.ts'
import { Badge } from '../components/badge.tsx'
import { Empty } from '../components/empty.tsx'
import { Icon } from '../components/icon.tsx'
import { Notice } from '../components/notice.tsx'
import { Prose } from '../components/prose.tsx'
import { routeHash } from '../state/route.ts'
import { findings } from '../state/server.ts'

const looks = {
  error: { tone: 'bad', icon: CircleAlert, text: 'Error' },
  warning: { tone: 'warn', icon: TriangleAlert, text: 'Warning' },
  info: { tone: 'neutral', icon: Info, text: 'Info' },
} as const

/** What `lpipe check` finds, with the place in the source. */
export const FindingsView = () => {
  const data = findings.value.value
  return (
    <div class="view">
      <header class="view-head">
        <div>
          <h1>Findings</h1>
          <p>
            What <code>lpipe check</code> finds in the system as it is now. Checked again at each reload.
          </p>
        </div>
      </header>
      {findings.error.value === undefined ? null : <Notice tone="bad">{findings.error.value}</Notice>}
      {data === undefined ? (
        <p class="muted">Checking …</p>
      ) : (
        <>
          {data.complete ? null : (
            <Notice>The types of the functions are still being read: more findings may follow.</Notice>
          )}
          {data.findings.length === 0 ? (
            <Empty icon={CircleCheck} title="Nothing found">
              <p>Every path is known, every queue has a reader, and all settings fit together.</p>
            </Empty>
          ) : (
            <ul class="findings">
              {data.findings.map((finding) => (
                <Row key={`${finding.code} ${finding.place} ${finding.message}`} finding={finding} />
              ))}
            </ul>
          )}
        </>
      )}
    </div>
  )
}

const Row = ({ finding }: { readonly finding: Finding }) => {
  const { tone, icon, text } = looks[finding.severity]
  return (
    <li class="card pad finding">
      <div class="row wrap">
        <Badge tone={tone} icon={icon}>
          {text}
        </Badge>
        <code class="small">{finding.code}</code>
        <span class="muted small foreign">{finding.place}</span>
      </div>
      <p>
        <Prose text={finding.message} />
      </p>
      <p class="muted small">
        <b>Fix:</b> <Prose text={finding.fix} />
      </p>
      <div class="row wrap small">
        {finding.source === undefined ? null : (
          <span class="tag">
            <Icon of={FileCode} />
            {finding.source.file}:{finding.source.line}:{finding.source.column}
          </span>
        )}
        {finding.node === undefined ? null : (
          <a class="row" href={routeHash('graph', finding.node)}>
            <Icon of={Network} />
            Show in the graph
          </a>
        )}
      </div>
    </li>
  )
}
