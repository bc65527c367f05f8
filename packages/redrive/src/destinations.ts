import { invalidConfiguration, typeName } from '@lpipe/core/middleware'
import { type Arn, arnOf } from './arn.ts'

/** The option `to`, read. */
export interface Destinations {
  /** Whether a dead letter may be sent to a queue or stream. */
  readonly allows: (arn: Arn) => boolean
  /** The queue, if `to` names one and no other. */
  readonly only: Arn | undefined
}

/**
 * Reads the `to` option: an ARN allows itself, a name the queue or stream of that name in the account and region of the
 * dead-letter queue.
 *
 * @throws InvalidConfigurationError for an element that is neither an ARN nor a name
 */
export const readDestinations = (to: readonly unknown[]): ((home: Arn | undefined) => Destinations) => {
  for (const one of to) {
    if (typeof one === 'string' && (arnOf(one) !== undefined || /^[\w.-]{1,128}$/.test(one))) continue
    const received = typeof one === 'string' ? `'${one.slice(0, 200)}'` : typeName(one)
    invalidConfiguration(
      `redrive: each element of \`to\` must be the ARN or the name of a queue or stream, received ${received}`,
    )
  }
  const allowed = new Set(to)
  return (home) => ({
    allows: ({ text, name, account, region }) =>
      allowed.has(text) || (allowed.has(name) && account === home?.account && region === home.region),
    only: allowed.size === 1 ? queueOf(to[0] as string, home) : undefined,
  })
}

const queueOf = (to: string, home: Arn | undefined): Arn | undefined =>
  arnOf(to) ?? (home && arnOf(`${home.text.slice(0, -home.name.length)}${to}`))
