/** Resolves when the tab is seen. */
export const whenVisible = async (): Promise<void> => {
  while (document.hidden) {
    await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }))
  }
}

/** Returns a signal that aborts when the tab was hidden for some time, and a function that ends the watch. */
export const whenHidden = (millis: number): { readonly signal: AbortSignal; readonly stop: () => void } => {
  const controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = (): void => {
    clearTimeout(timer)
    if (document.hidden) timer = setTimeout(() => controller.abort(), millis)
  }
  document.addEventListener('visibilitychange', look)
  return {
    signal: controller.signal,
    stop: () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', look)
    },
  }
}
