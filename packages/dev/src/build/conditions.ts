import { parseArgs } from 'node:util'

/**
 * Returns the conditions of `exports` that Node.js was started with: `--conditions`, also in `NODE_OPTIONS`. The build must find the
 * same files.
 */
export const ownConditions = (): string[] => {
  const args = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)]
  const { values } = parseArgs({
    args,
    options: { conditions: { type: 'string', short: 'C', multiple: true } },
    strict: false,
    allowPositionals: true,
  })
  return (values.conditions ?? []).filter((one) => typeof one === 'string')
}
