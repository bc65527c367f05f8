import { signal } from '@preact/signals'

export interface Toast {
  readonly id: number
  readonly tone: 'ok' | 'bad'
  readonly text: string
}

/** Short reports of what was done, newest last. */
export const toasts = signal<readonly Toast[]>([])

const shownMillis = 6_000

/** Shows a report. A failure stays until it is closed. */
export const toast = (tone: Toast['tone'], text: string): void => {
  const id = Math.max(0, ...toasts.value.map((one) => one.id)) + 1
  toasts.value = [...toasts.value, { id, tone, text }]
  if (tone === 'ok') setTimeout(() => closeToast(id), shownMillis)
}

export const closeToast = (id: number): void => {
  toasts.value = toasts.value.filter((one) => one.id !== id)
}
