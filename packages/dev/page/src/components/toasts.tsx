import { CircleAlert, CircleCheck, X } from 'lucide'
import { closeToast, toasts } from '../state/toasts.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

/** The reports of what was done. Screen readers read new ones. */
export const Toasts = () => (
  <div class="toasts" role="status" aria-live="polite">
    {toasts.value.map(({ id, tone, text }) => (
      <div key={id} class={`toast ${tone}`}>
        <Icon of={tone === 'ok' ? CircleCheck : CircleAlert} />
        <span>{text}</span>
        <Button icon={X} kind="ghost" label="Close" onClick={() => closeToast(id)} />
      </div>
    ))}
  </div>
)
