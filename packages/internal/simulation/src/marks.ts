/** What marks messages, so that the model knows where something comes from. */

/** The trace header of a message: it travels on to all queues. */
export const traceHeaderOf = (number: number): string => `Root=1-00000000-${String(number).padStart(24, '0')}`

/** The lineage of an invocation, by which Lambda counts the rounds of a loop. */
export const lineageOf = (invocation: number): string => `;Lineage=1:a87bd80c:${invocation}`

/** The trace header of an invocation. */
export const invocationTrace = (invocation: number): string =>
  `Root=1-11111111-000000000000000000000000${lineageOf(invocation)}`

/** How values begin that no log line may quote. */
export const secret = 'a value of a message '

/** Returns a text of a length that begins with the secret. */
export const markOf = (length: number): string => secret.padEnd(length, 'x').slice(0, length)

/** Returns the number of the first message in the content of a record, also if the content was cut. */
export const numberIn = (content: string): number => Number(/number\W{1,6}(\d+)/.exec(content)?.[1] ?? -1)
