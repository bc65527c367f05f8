import { Braces, Inbox, ListFilter, MailWarning, Send, SquareFunction, Waves, Waypoints, X } from 'lucide'
import type { GraphNode } from '../../../src/api/types.ts'
import { Button } from '../components/button.tsx'
import { bytes, duration, rate } from '../components/format.ts'
import { Icon } from '../components/icon.tsx'
import { Notice } from '../components/notice.tsx'
import { Prose } from '../components/prose.tsx'
import { Sparkline } from '../components/sparkline.tsx'
import { routeHash } from '../state/route.ts'
import { findings, graph, stats, status } from '../state/server.ts'
import { healthOf } from './health.ts'
import { HealthBadge } from './health-badge.tsx'

const icons = {
  lambda: Braces,
  path: Waypoints,
  function: SquareFunction,
  queue: Inbox,
  stream: Waves,
  topic: Send,
  other: Inbox,
}

/** What is known about one node, beside the graph. */
export const Details = ({ node, onClose }: { readonly node: GraphNode; readonly onClose: () => void }) => {
  const { stats: numbers, points } = stats.node(node.id).value
  const lambda = status.value.value?.lambdas.find(({ name }) => node.kind === 'lambda' && name === node.name)
  const children = graph.value.value?.nodes.filter(({ parent }) => parent === node.id) ?? []
  const about = findings.value.value?.findings.filter((finding) => finding.node === node.id) ?? []
  const total = points.reduce((sum, { count }) => sum + count, 0)
  return (
    <aside class="details graph-overlay" aria-label={`Details of ${node.name}`}>
      <header>
        <Icon of={node.deadLetters === undefined ? icons[node.kind] : MailWarning} />
        <h2 class="truncate" title={node.name}>
          {node.name}
        </h2>
        <div class="spacer" />
        <Button icon={X} kind="ghost" label="Close details" onClick={onClose} />
      </header>
      <div class="details-body">
        <div class="row wrap">
          <HealthBadge health={healthOf(numbers, points)} />
          <span class="muted small">{node.details.join(', ')}</span>
        </div>
        {lambda?.problem === undefined ? null : <Notice tone="bad">{lambda.problem}</Notice>}
        {about.map((finding) => (
          <Notice key={finding.code + finding.place} tone={findingTones[finding.severity]}>
            <Prose text={finding.message} /> <a href={routeHash('findings')}>All findings</a>
          </Notice>
        ))}
        <figure class="last-minute">
          <figcaption class="muted small">Last minute</figcaption>
          <Sparkline
            values={points.map(({ count }) => count)}
            errors={points.map(({ errors }) => errors)}
            width={300}
            height={56}
            label={`${total} in the last minute`}
          />
        </figure>
        <dl class="facts">
          <Fact term="Per second" value={rate(numbers?.rate ?? 0)} />
          <Fact term="Total" value={(numbers?.count ?? 0).toLocaleString('en')} />
          <Fact term="Failed" value={(numbers?.errors ?? 0).toLocaleString('en')} />
          <Fact
            term={node.kind === 'queue' || node.kind === 'stream' ? 'Mean wait' : 'Mean time'}
            value={millis(numbers?.meanMillis)}
          />
          <Fact term="95th percentile" value={millis(numbers?.p95Millis)} />
          <Fact term="Waiting" value={numbers?.backlog?.toLocaleString('en')} />
          <Fact term="In flight" value={numbers?.inFlight?.toLocaleString('en')} />
          <Fact term="Oldest message" value={millis(numbers?.oldestMillis)} />
          <Fact term="Memory" value={numbers?.memoryBytes === undefined ? undefined : bytes(numbers.memoryBytes)} />
          <Fact term="Processes" value={lambda === undefined ? undefined : String(lambda.environments.length)} />
          <Fact term="Reloads" value={lambda === undefined ? undefined : String(lambda.reloads)} />
          <Fact
            term="Source"
            value={node.source === undefined ? undefined : `${node.source.file}:${node.source.line}`}
          />
        </dl>
        {children.length === 0 ? null : (
          <section>
            <h3>{node.kind === 'lambda' ? 'Paths' : 'Functions'}</h3>
            <ul class="links">
              {children.map((child) => (
                <li key={child.id}>
                  <a href={routeHash('graph', child.id)}>{child.name}</a>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
      <footer>
        <a class="button" href={routeHash('messages', undefined, filterOf(node))}>
          <Icon of={ListFilter} />
          Messages
        </a>
        {sendQuery(node) === undefined ? null : (
          <a class="button primary" href={routeHash('send', undefined, sendQuery(node))}>
            <Icon of={Send} />
            Send a message
          </a>
        )}
      </footer>
    </aside>
  )
}

const Fact = ({ term, value }: { readonly term: string; readonly value: string | undefined }) =>
  value === undefined ? null : (
    <>
      <dt>{term}</dt>
      <dd class="number">{value}</dd>
    </>
  )

const findingTones = { error: 'bad', warning: 'warn', info: 'neutral' } as const

const millis = (value: number | undefined): string | undefined => (value === undefined ? undefined : duration(value))

const nodeNamed = (id: string | undefined): GraphNode | undefined =>
  graph.value.value?.nodes.find((node) => node.id === id)

/** The filter of the list of messages for a node. */
const filterOf = (node: GraphNode): Readonly<Record<string, string | undefined>> => {
  if (node.kind === 'lambda') return { lambda: node.name }
  if (node.kind === 'path') return { path: node.name, lambda: nodeNamed(node.parent)?.name }
  if (node.kind === 'function') return { function: node.name, path: nodeNamed(node.parent)?.name }
  return { queue: node.name }
}

/** What the form for a new message starts with. Undefined: messages cannot be sent to it. */
const sendQuery = (node: GraphNode): Readonly<Record<string, string | undefined>> | undefined => {
  if (node.kind === 'path') return { path: node.name, lambda: nodeNamed(node.parent)?.name }
  if (node.kind === 'lambda') return { lambda: node.name }
  if ((node.kind === 'queue' || node.kind === 'stream') && node.declared !== false) return { queue: node.name }
  return undefined
}
