import { Braces, CircleAlert, LoaderCircle, MailWarning, Network, Radio, Send, ShieldCheck, Waypoints } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import { shortCount } from '../components/format.ts'
import { Icon } from '../components/icon.tsx'
import { Notice } from '../components/notice.tsx'
import { Prose } from '../components/prose.tsx'
import { ThemeSwitch } from '../components/theme-switch.tsx'
import { Toasts } from '../components/toasts.tsx'
import { routeHash, type View } from '../state/route.ts'
import { connection, deadLetterCount, findings, status } from '../state/server.ts'
import { route } from '../state/use-route.ts'
import { DeadLettersView } from './dead-letters.tsx'
import { FindingsView } from './findings.tsx'
import { GraphView } from './graph.tsx'
import { MessagesView } from './messages.tsx'
import { SendView } from './send.tsx'

const entries = [
  { view: 'graph', text: 'Graph', icon: Network, content: GraphView },
  { view: 'messages', text: 'Messages', icon: Waypoints, content: MessagesView },
  { view: 'send', text: 'Send', icon: Send, content: SendView },
  { view: 'dead-letters', text: 'Dead letters', icon: MailWarning, content: DeadLettersView },
  { view: 'findings', text: 'Findings', icon: ShieldCheck, content: FindingsView },
] as const

/** The frame of the page: navigation, the state of the connection, the view. */
export const Shell = () => {
  const { view } = route.value
  const main = useRef<HTMLElement>(null)
  const title = status.value.value?.title
  const { text, content: Content } = entries.find((entry) => entry.view === view) ?? entries[0]
  useEffect(() => {
    document.title = `${text} · ${title ?? 'lpipe dev'}`
  }, [text, title])
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <header class="side">
        <div class="brand">
          <Logo />
          <span>
            lpipe dev
            <small class="truncate">{title ?? ' '}</small>
          </span>
        </div>
        <nav aria-label="Views">
          <ul class="nav">
            {entries.map((entry) => (
              <li key={entry.view}>
                <a href={routeHash(entry.view)} aria-current={entry.view === view ? 'page' : undefined}>
                  <Icon of={entry.icon} />
                  {entry.text}
                  <Count view={entry.view} />
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="side-foot">
          <Connection />
          <ThemeSwitch />
        </div>
      </header>
      <main ref={main} id="main" class="main" tabIndex={-1}>
        <MainNotice />
        <Content />
      </main>
      <Toasts />
    </div>
  )
}

const refused = 'The server was started again, or this tab has no token. Open the URL that `lpipe dev` printed'

/** Why the page does not show the system as it is: another server, or a change that only a restart applies. */
const MainNotice = () => {
  const text = connection.value === 'refused' ? refused : status.value.value?.restartRequired
  return (
    <div role="status" class={text === undefined ? undefined : 'main-notice'}>
      {text === undefined ? null : (
        <Notice tone="warn">
          <Prose text={text} />.
        </Notice>
      )}
    </div>
  )
}

const Logo = () => (
  <svg viewBox="0 0 28 28" aria-hidden="true">
    <rect width="28" height="28" rx="8" fill="currentColor" />
    <path class="logo-line" d="M8 8v6.5a5 5 0 0 0 5 5h7M8 13h12" />
    <circle class="logo-dot" cx="8" cy="8" r="2.4" />
    <circle class="logo-dot" cx="20.5" cy="13" r="2.4" />
    <circle class="logo-dot" cx="20.5" cy="19.5" r="2.4" />
  </svg>
)

/** Numbers that want attention. */
const Count = ({ view }: { readonly view: View }) => {
  if (view === 'dead-letters' && (deadLetterCount.value ?? 0) > 0) {
    return <span class="count bad">{shortCount(deadLetterCount.value ?? 0)}</span>
  }
  const found = findings.value.value?.findings ?? []
  if (view === 'findings' && found.length > 0) {
    return (
      <span class={`count ${found.some(({ severity }) => severity === 'error') ? 'bad' : 'warn'}`}>{found.length}</span>
    )
  }
  return null
}

const connections = {
  connecting: { tone: '', icon: LoaderCircle, text: 'Connecting' },
  live: { tone: 'ok', icon: Radio, text: 'Live' },
  lost: { tone: 'bad', icon: CircleAlert, text: 'Not connected' },
  refused: { tone: 'bad', icon: CircleAlert, text: 'Not connected' },
}

const Connection = () => {
  const broken = status.value.value?.lambdas.filter(({ state }) => state === 'broken') ?? []
  const { tone, icon, text } = connections[connection.value]
  return (
    <div role="status">
      <span class={`connection ${tone}`}>
        <Icon of={icon} />
        {text}
      </span>
      {broken.map(({ name }) => (
        <a key={name} class="connection bad" href={routeHash('graph', `function:${name}`)}>
          <Icon of={Braces} />
          {name} is broken
        </a>
      ))}
    </div>
  )
}
