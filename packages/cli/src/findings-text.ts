import type { Finding } from '@lpipe/system'

/** Returns a finding as lines: what is wrong, where, and what to do. */
export const findingText = ({ severity, code, place, message, fix }: Finding): string =>
  `${severity}  ${place}  (${code})\n  ${message}.\n  Fix: ${fix}.\n`

/** Returns how many findings of each severity there are. */
export const summaryOf = (findings: readonly Finding[]): string => {
  const count = (severity: Finding['severity'], name: string): string => {
    const { length } = findings.filter((one) => one.severity === severity)
    return `${length} ${name}${length === 1 || name === 'info' ? '' : 's'}`
  }
  return [count('error', 'error'), count('warning', 'warning'), count('info', 'info')].join(', ')
}
