import { useMemo } from 'preact/hooks'
import type { Captured } from '../../../src/api/types.ts'
import { CopyButton } from './copy-button.tsx'
import { parseExact } from './exact-number.ts'
import { Foreign } from './foreign.tsx'
import { bytes } from './format.ts'
import { JsonView } from './json-view.tsx'
import { Scroller } from './scroller.tsx'

/** A value of a message: as a tree if it is JSON, otherwise as text. */
export const CapturedView = ({ value, label }: { readonly value: Captured; readonly label: string }) => {
  const parsed = useMemo(() => parse(value), [value])
  return (
    <div class="copyable">
      {parsed === undefined ? (
        <Scroller class="code" label={label}>
          <Foreign text={value.text} />
        </Scroller>
      ) : (
        <JsonView value={parsed.value} label={label} />
      )}
      <CopyButton text={() => value.text} label={`Copy ${label}`} />
      {value.cut ? <p class="muted small">Only the beginning of {bytes(value.bytes)} is kept.</p> : null}
    </div>
  )
}

const parse = ({ text, json, cut }: Captured): { readonly value: unknown } | undefined => {
  if (!json || cut) return undefined
  try {
    return { value: parseExact(text) }
  } catch {
    return undefined
  }
}
