import { UsageError } from './command-error.ts'

/** Which dead letters: all conditions must hold. */
export interface LetterConditions {
  readonly kind?: string
  readonly path?: string
  readonly function?: string
  readonly lambda?: string
  readonly error?: string
  readonly text?: string
  /** Seconds. */
  readonly older?: number
  /** Seconds. */
  readonly newer?: number
}

/** The help of the option. */
export const filterHelp =
  'only those with NAME=VALUE: path, function, lambda, error (its name), kind (dropped or failed), text (a part of the body, the error or an id), older, newer (30s, 15m, 2h, 7d)'

const texts = ['kind', 'path', 'function', 'lambda', 'error', 'text'] as const
const ages = ['older', 'newer'] as const

/**
 * Reads conditions such as `path=SHIP`.
 *
 * @throws UsageError for a condition that is unknown or given twice: otherwise other dead letters would be selected
 */
export const readConditions = (given: readonly string[] = []): LetterConditions => {
  const conditions: Record<string, string | number> = {}
  for (const one of given) {
    const [, name = '', value = ''] = /^(\w+)=(.+)$/s.exec(one) ?? []
    if (name in conditions) throw new UsageError(`--filter ${one}: \`${name}\` is given twice`)
    if (texts.includes(name as never)) conditions[name] = value
    else if (ages.includes(name as never)) conditions[name] = secondsOf(one, value)
    else throw new UsageError(`--filter ${one}: must be NAME=VALUE, where NAME is ${[...texts, ...ages].join(', ')}`)
  }
  if (conditions['kind'] !== undefined && !['dropped', 'failed'].includes(String(conditions['kind']))) {
    throw new UsageError(
      `--filter kind=${conditions['kind']}: must be kind=dropped (by lpipe) or kind=failed (too often, moved by SQS)`,
    )
  }
  return conditions
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

const secondsOf = (given: string, text: string): number => {
  const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? []
  const factor = units[unit]
  if (factor === undefined) {
    throw new UsageError(`--filter ${given}: must be a number with a unit: 30s, 15m, 2h or 7d`)
  }
  return Number(count) * factor
}
