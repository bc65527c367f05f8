/** Something that is wrong with a system, or may be. */
export interface Finding {
  /** `error`: messages are lost or refused. `warning`: they may be. `info`: worth knowing. */
  readonly severity: 'error' | 'warning' | 'info'
  /** Identifies the check, for example `unknown-path`. */
  readonly code: string
  /** Where: an option of the system, or a path of a Lambda. */
  readonly place: string
  readonly message: string
  /** What to do. */
  readonly fix: string
}
