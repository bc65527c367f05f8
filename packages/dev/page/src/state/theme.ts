import { signal } from '@preact/signals'

export type Theme = 'system' | 'light' | 'dark'

const key = 'lpipe-theme'
const stored = localStorage.getItem(key)

/** The theme that the user chose. `system` follows the operating system. */
export const theme = signal<Theme>(stored === 'light' || stored === 'dark' ? stored : 'system')

/** Applies the theme and keeps it for the next visit. */
export const setTheme = (value: Theme): void => {
  theme.value = value
  if (value === 'system') localStorage.removeItem(key)
  else localStorage.setItem(key, value)
  applyTheme()
}

/** Writes the theme to the document. */
export const applyTheme = (): void => {
  if (theme.value === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme.value
}
