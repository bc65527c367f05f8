import { Bug, CircleAlert, Info, TriangleAlert } from 'lucide'
import type { LogLine } from '../../../src/api/types.ts'
import { Foreign } from './foreign.tsx'
import { clock } from './format.ts'
import { Icon } from './icon.tsx'
import { Scroller } from './scroller.tsx'

const icons = { debug: Bug, info: Info, warn: TriangleAlert, error: CircleAlert }

/** Lines that Lambdas printed. */
export const LogLines = ({ lines }: { readonly lines: readonly LogLine[] }) => (
  <Scroller class="logs" label="Logs">
    <ol>
      {lines.map((line, index) => (
        <li key={index} class={line.level}>
          <Icon of={icons[line.level]} />
          <time class="muted number">{clock(line.time)}</time>
          <span class="visually-hidden">{line.level}</span>
          <Foreign text={line.text} />
        </li>
      ))}
    </ol>
  </Scroller>
)
