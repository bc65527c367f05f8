import { useState } from 'preact/hooks'
import { toast } from './toasts.ts'

/** Runs an action of a button: it says what went wrong, and that it is busy. */
export const useAction = (): { readonly busy: boolean; readonly run: (action: () => Promise<void>) => void } => {
  const [busy, setBusy] = useState(false)
  const run = (action: () => Promise<void>): void => {
    setBusy(true)
    action()
      .catch((error: unknown) => toast('bad', error instanceof Error ? error.message : String(error)))
      .finally(() => setBusy(false))
  }
  return { busy, run }
}
