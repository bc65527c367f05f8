import type { ReadonlySignal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'

interface Fetched<Value> {
  readonly value: Value | undefined
  readonly error: string | undefined
}

const leastMillis = 1_000

/**
 * Fetches a value, at once when `key` changes, and at most once a second when `version` changes. The last value stays until the
 * next one is there, unless the key has changed.
 */
export const useFetch = <Value>(
  key: string,
  fetchIt: (signal: AbortSignal) => Promise<Value>,
  version?: ReadonlySignal<number>,
): Fetched<Value> => {
  const [fetched, setFetched] = useState<Fetched<Value> & { readonly key: string }>()
  const current = useRef(fetchIt)
  current.current = fetchIt
  useEffect(() => {
    const abort = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    let isRunning = false
    let isDirty = false
    const run = async (): Promise<void> => {
      isRunning = true
      isDirty = false
      try {
        const value = await current.current(abort.signal)
        if (!abort.signal.aborted) setFetched({ key, value, error: undefined })
      } catch (failure) {
        const error = failure instanceof Error ? failure.message : String(failure)
        if (!abort.signal.aborted)
          setFetched((last) => ({ key, value: last?.key === key ? last.value : undefined, error }))
      }
      if (abort.signal.aborted) return
      timer = setTimeout(() => {
        isRunning = false
        if (isDirty) void run()
      }, leastMillis)
    }
    void run()
    const unsubscribe = version?.subscribe(() => {
      if (isRunning) isDirty = true
      else void run()
    })
    return () => {
      abort.abort()
      clearTimeout(timer)
      unsubscribe?.()
    }
  }, [key, version])
  return fetched?.key === key ? fetched : { value: undefined, error: undefined }
}
