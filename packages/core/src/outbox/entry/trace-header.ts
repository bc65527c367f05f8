const traceHeader = /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}(?:;[A-Za-z]+=[A-Za-z0-9:|_-]*)*$/

/** Whether a text is a trace header of X-Ray. */
export const isTraceHeader = (text: unknown): text is string =>
  typeof text === 'string' && text.length <= 500 && traceHeader.test(text)

/**
 * Returns the trace header to send: the source record's with the lineage of this invocation, because Lambda's recursive loop
 * detection counts with the lineage; otherwise that of the invocation. An invalid one is left out.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */
export const traceHeaderOf = (received: string | undefined, own: string | undefined): string | undefined => {
  const invocation = isTraceHeader(own) ? own : undefined
  if (!isTraceHeader(received)) return invocation
  const lineage = /;Lineage=[^;]*/.exec(invocation ?? '')?.[0]
  // mutant: lineage-of-entry
  return lineage === undefined ? received : received.replace(/;Lineage=[^;]*/, '') + lineage
}
