import { CircleAlert } from 'lucide'
import type { CapturedError, StackFrame } from '../../../src/api/types.ts'
import { CapturedView } from './captured-view.tsx'
import { Foreign } from './foreign.tsx'
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
      <ol class="frames" aria-label="Stack">
        {error.frames.map((frame, index) => (
          <Frame key={index} frame={frame} />
        ))}
      </ol>
    ) : error.stack === undefined ? null : (
      <Scroller class="code" label="Stack">
        <Foreign text={error.stack} />
      </Scroller>
    )}
    {error.issues === undefined ? null : <CapturedView value={error.issues} label="issues of the schema" />}
  </div>
)

const Frame = ({ frame }: { readonly frame: StackFrame }) => (
  <li class={frame.own ? 'own' : ''}>
    <span>{frame.function === undefined ? '(anonymous)' : <Foreign text={frame.function} />}</span>{' '}
    <code>
      {frame.file}:{frame.line}:{frame.column}
    </code>
  </li>
)
