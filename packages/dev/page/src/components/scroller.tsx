import type { ComponentChildren } from 'preact'

interface ScrollerProps {
  readonly class: string
  /** The name of the region for screen readers. */
  readonly label: string
  readonly children: ComponentChildren
}

/** A region that scrolls. It can have the focus, so that the keyboard can scroll it. */
export const Scroller = ({ class: name, label, children }: ScrollerProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll the region
  <section class={name} aria-label={label} tabIndex={0}>
    {children}
  </section>
)
