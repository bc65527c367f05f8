export type { Audit, AuditLine } from './audit.ts'
export type { DeadLetterMessage } from './dead-letter-message.ts'
export { type DiscardDeadLettersOptions, type DiscardResult, discardDeadLetters } from './discard.ts'
export {
  type DryRunError,
  type DryRunHandler,
  type DryRunMessage,
  type DryRunOptions,
  type DryRunResult,
  type DryRunSend,
  dryRun,
} from './dry-run.ts'
export type { Edit, NewBody } from './edit.ts'
export type { DeadLetterFilter, MatchesDeadLetter } from './filter.ts'
export { type ListDeadLettersOptions, listDeadLetters } from './list.ts'
export { type LeftDeadLetter, type RedriveOptions, type RedriveResult, redrive } from './redrive.ts'
