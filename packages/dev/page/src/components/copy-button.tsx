import { Check, Copy } from 'lucide'
import { useState } from 'preact/hooks'
import { Button } from './button.tsx'

/** Copies a text to the clipboard. */
export const CopyButton = ({ text, label }: { readonly text: () => string; readonly label: string }) => {
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text())
    setCopied(true)
    setTimeout(() => setCopied(false), 1_500)
  }
  return (
    <Button icon={copied ? Check : Copy} kind="ghost" label={copied ? 'Copied' : label} onClick={() => void copy()} />
  )
}
