import { Monitor, Moon, Sun } from 'lucide'
import { setTheme, type Theme, theme } from '../state/theme.ts'
import { Icon } from './icon.tsx'

const themes = [
  { value: 'light', text: 'Light', icon: Sun },
  { value: 'dark', text: 'Dark', icon: Moon },
  { value: 'system', text: 'As the system', icon: Monitor },
] as const satisfies readonly { value: Theme; text: string; icon: unknown }[]

/** The choice of light, dark, or what the operating system says. */
export const ThemeSwitch = () => (
  // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in a row in every browser
  <div class="segments theme-switch" role="group" aria-label="Theme">
    {themes.map(({ value, text, icon }) => (
      <button
        key={value}
        type="button"
        aria-label={text}
        title={text}
        aria-pressed={theme.value === value}
        onClick={() => setTheme(value)}
      >
        <Icon of={icon} />
      </button>
    ))}
  </div>
)
