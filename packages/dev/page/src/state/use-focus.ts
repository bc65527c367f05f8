import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

/**
 * Returns the ref of an element that receives the focus if the element that had it is gone after `key` has changed. Otherwise
 * the keyboard would go on at the beginning of the page.
 */
export const useFocus = (key: string | undefined): RefObject<HTMLElement | null> => {
  const element = useRef<HTMLElement>(null)
  const last = useRef(key)
  useEffect(() => {
    if (last.current !== key && document.activeElement === document.body) element.current?.focus()
    last.current = key
  }, [key])
  return element
}
