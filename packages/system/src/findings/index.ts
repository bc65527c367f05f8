import type { Description } from '../description.ts'
import { cycles } from './cycles.ts'
import type { Finding } from './finding.ts'
import { contracts, unknownPayloads, unreadQueues } from './queues.ts'
import { settings } from './settings.ts'
import { topics } from './topics.ts'

/** The most severe first. */
const order: readonly Finding['severity'][] = ['error', 'warning', 'info']

/** Sorts findings: errors first, otherwise in their order. */
export const sorted = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity))

/**
 * Checks a whole system: queues without a receiver, paths that a receiver lacks, contracts that do not fit, cycles through queues,
 * lost order, visibility timeouts, dead-letter queues, partial failures. What AWS refuses, `system()` has refused before.
 *
 * @returns findings, errors first; empty if nothing was found
 * @example
 * const errors = check(await describe(theSystem)).filter(({ severity }) => severity === 'error')
 */
export const check = (description: Description): Finding[] =>
  sorted([
    ...contracts(description),
    ...unknownPayloads(description),
    ...unreadQueues(description),
    ...settings(description),
    ...topics(description),
    ...cycles(description),
  ])
