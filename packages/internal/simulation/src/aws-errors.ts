/** An error as the AWS SDK throws it. */
export const awsError = (name: string, fault: 'client' | 'server' | undefined, isThrottled = false): Error =>
  Object.assign(new Error(`${name}, for the test`), {
    name,
    ...(fault && { $fault: fault }),
    ...(isThrottled && { $retryable: { throttling: true } }),
  })

/** Errors of a whole call that may be the fault of one entry. */
export const clientFaults: readonly string[] = [
  'BatchRequestTooLong',
  'InvalidMessageContents',
  'InvalidParameterValue',
]

/** Errors of a whole call that no retry mends. */
export const permanentFaults: readonly string[] = ['AccessDenied', 'QueueDoesNotExist']

/** Returns the code of an error; of an unreadable value none. */
export const codeOf = (error: unknown): string => {
  try {
    return String((error as Partial<Error> | undefined)?.name)
  } catch {
    return ''
  }
}

/** What a client should not throw. */
export const oddValues: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => 'a string',
  () => Object.assign(new Error('odd'), { name: 5 }),
  () => Object.assign(new Error(), { message: { toString: null } }),
  () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  },
]
