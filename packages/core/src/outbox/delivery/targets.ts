import type { Sender } from '../../adapters/sender.ts'
import { getOrCreate } from '../get-or-create.ts'
import type { PendingEntry } from './pending-entry.ts'
import { Target } from './target.ts'

/** The targets of an invocation: one for each sender and what identifies the queue for it. */
export class Targets {
  readonly #bySender = new Map<Sender, Map<string, Target>>()

  /** Returns the target of an entry. */
  of({ sender, identity, queue }: PendingEntry): Target {
    // mutant: targets-of-sender
    const ofSender = getOrCreate(this.#bySender, sender, () => new Map<string, Target>())
    return getOrCreate(ofSender, identity, () => new Target(queue, sender))
  }

  *[Symbol.iterator](): Iterator<Target> {
    for (const ofSender of this.#bySender.values()) yield* ofSender.values()
  }
}
