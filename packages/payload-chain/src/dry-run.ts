import type { Sender } from '@lpipe/core'
import type { DryRun } from '@lpipe/core/middleware'
import type { Entry } from '@lpipe/core/outbox'
import type { SenderOf } from './senders.ts'

/** Returns the senders of a dry run: entries are prepared and checked as always, then captured. */
export const capturingSenders = (senderOf: SenderOf, dryRun: DryRun): SenderOf => {
  const made = new Map<Sender, Sender>()
  return (queue) => {
    const sender = senderOf(queue)
    const capturing = made.get(sender) ?? capturingSender(sender, dryRun)
    made.set(sender, capturing)
    return capturing
  }
}

const capturingSender = (sender: Sender, { onSend }: DryRun): Sender => ({
  ...sender,
  prepare: (entry) => ({ ...sender.prepare(entry), wire: entry }),
  send: async (_, entries) => {
    for (const entry of entries) onSend(entry as Entry)
    return entries.map(() => undefined)
  },
})
