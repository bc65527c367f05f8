import type { Context } from 'aws-lambda'
import type { Entry } from '../adapters/sender.ts'

/** A run whose sends are captured, and not sent. */
export interface DryRun {
  /** Called with each entry that would have been sent. */
  readonly onSend: (entry: Entry) => void
}

/** Only code of the same process can set it: an event and its `clientContext` are JSON. */
const member = Symbol.for('lpipe.dryRun')

/** Returns a Lambda context that makes an invocation a dry run: see `@lpipe/redrive`. */
export const dryRunContext = (context: Context, dryRun: DryRun): Context =>
  Object.assign({ ...context }, { [member]: dryRun })

/** Returns the dry run that an invocation is, if it is one. */
export const dryRunOf = (context: Context): DryRun | undefined => (context as { readonly [member]?: DryRun })[member]
