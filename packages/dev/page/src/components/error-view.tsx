import { CircleAlert } from 'lucide'
import { useState } from 'preact/hooks'
import type { CapturedError, StackFrame } from '../../../src/api/types.ts'
import { CapturedView } from './captured-view.tsx'
import { Foreign } from './foreign.tsx'
import { plural } from './format.ts'
import { Icon } from './icon.tsx'
import { Scroller } from './scroller.tsx'

/** An error with its stack: the frames in own files stand out. */
export const ErrorView = ({ error }: { readonly error: CapturedError }) => (
  <div class="error-view">
    <p class="error-head">
      <Icon of={CircleAlert} />
      <span>
        <b>
          <Foreign text={error.name} />
        </b>
        : <Foreign text={error.message} />
      </span>
    </p>
    {error.causes.length === 0 ? null : (
      <ul class="causes">
        {error.causes.map((cause, index) => (
          <li key={index}>
            Caused by <Foreign text={cause} />
          </li>
        ))}
      </ul>
    )}
    {error.frames.length > 0 ? (
      <Frames frames={error.frames} />
    ) : error.stack === undefined ? null : (
      <Scroller class="code" label="Stack">
        <Foreign text={error.stack} />
      </Scroller>
    )}
    {error.issues === undefined ? null : <CapturedView value={error.issues} label="issues of the schema" />}
  </div>
)

/** The frames of own files. Those of libraries and of Node.js are shown on demand. */
const Frames = ({ frames }: { readonly frames: readonly StackFrame[] }) => {
  const [isAll, setAll] = useState(false)
  const own = frames.filter((frame) => frame.own)
  const shown = isAll || own.length === 0 ? frames : own
  const hidden = frames.length - shown.length
  return (
    <div class="frames">
      <ol aria-label="Stack">
        {shown.map((frame, index) => (
          <Frame key={index} frame={frame} />
        ))}
      </ol>
      {hidden > 0 ? (
        <button type="button" class="more" onClick={() => setAll(true)}>
          {plural(hidden, 'frame')} of libraries
        </button>
      ) : null}
    </div>
  )
}

const Frame = ({ frame }: { readonly frame: StackFrame }) => (
  <li class={frame.own ? 'own' : ''}>
    <span>{frame.function === undefined ? '(anonymous)' : <Foreign text={frame.function} />}</span>{' '}
    <code>
      {frame.file}:{frame.line}:{frame.column}
    </code>
  </li>
)
