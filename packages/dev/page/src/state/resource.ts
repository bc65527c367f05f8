import { type ReadonlySignal, signal } from '@preact/signals'

/** A value of the server, as it was last fetched. */
export interface Resource<Value> {
  readonly value: ReadonlySignal<Value | undefined>
  readonly error: ReadonlySignal<string | undefined>
  /** Fetches it again. Calls while it is fetched lead to one more fetch after it. */
  reload(): Promise<void>
}

/** Makes a value that is fetched when `reload()` is called. It keeps its last value while it is fetched, and if fetching fails. */
export const resource = <Value>(fetchIt: () => Promise<Value>): Resource<Value> => {
  const value = signal<Value | undefined>(undefined)
  const error = signal<string | undefined>(undefined)
  let running: Promise<void> | undefined
  let again = false
  const run = async (): Promise<void> => {
    do {
      again = false
      try {
        value.value = await fetchIt()
        error.value = undefined
      } catch (failure) {
        error.value = failure instanceof Error ? failure.message : String(failure)
      }
    } while (again)
    running = undefined
  }
  return {
    value,
    error,
    reload: () => {
      if (running === undefined) running = run()
      else again = true
      return running
    },
  }
}
