import { Bug, CircleAlert, Info, TriangleAlert } from 'lucide'
import type { LogLine } from '../../../src/api/types.ts'
import { Foreign } from './foreign.tsx'
import { clock } from './format.ts'
import { Icon } from './icon.tsx'
import { JsonView } from './json-view.tsx'
import { logMessageOf } from './log-message.ts'
import { Scroller } from './scroller.tsx'

const icons = { debug: Bug, info: Info, warn: TriangleAlert, error: CircleAlert }

/** Lines that Lambdas printed. Of a line that is JSON, its message is shown, and the rest when it is opened. */
export const LogLines = ({ lines }: { readonly lines: readonly LogLine[] }) => (
  <Scroller class="logs" label="Logs">
    <ol>
      {lines.map((line, index) => (
        <Line key={index} line={line} />
      ))}
    </ol>
  </Scroller>
)

const Line = ({ line }: { readonly line: LogLine }) => {
  const { message, rest } = logMessageOf(line.text)
  return (
    <li class={line.level}>
      <Icon of={icons[line.level]} />
      <time class="muted number">{clock(line.time)}</time>
      <span class="visually-hidden">{line.level}</span>
      {rest === undefined ? (
        <Foreign text={message} />
      ) : (
        <details>
          <summary>
            <Foreign text={message} />
          </summary>
          <JsonView value={rest} label="members of the line" />
        </details>
      )}
    </li>
  )
}
