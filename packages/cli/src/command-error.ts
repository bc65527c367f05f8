/** An error of the command's user. It is shown without a stack trace. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}
