import type { IconNode } from 'lucide'
import { h } from 'preact'

/** An icon of Lucide. It is hidden from screen readers: text beside it says the same. */
export const Icon = ({ of, class: extra }: { readonly of: IconNode; readonly class?: string }) => (
  <svg
    class={extra === undefined ? 'icon' : `icon ${extra}`}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    {of.map(([tag, attributes], index) => h(tag, { ...attributes, key: index }))}
  </svg>
)
