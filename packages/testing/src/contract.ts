/** One case that every implementation of a contract must pass. */
export interface ContractCase<Context> {
  readonly name: string
  /** @throws AssertionError if the implementation does not pass it */
  readonly check: (context: Context) => Promise<void> | void
}
