/** An error of the command's user. It is shown without a stack trace. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly exitCode: number = 1
}

/** The command itself is wrong: nothing was tried. */
export class UsageError extends CommandError {
  override readonly exitCode = 2
}
