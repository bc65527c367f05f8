/**
 * Writes new ceilings: the measured figures and 2 % more, percents half as many again because machines differ. Look at the
 * diff before you commit it.
 */
import { writeFileSync } from 'node:fs'
import { type Budgets, budgetsFile, measure } from './measure.ts'

const headroom = 1.02

const raised = (figures: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, Math.floor(figure * headroom)]))

const loose = (figures: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, Math.ceil(figure * 1.5)]))

const { packages, compositions, other, percent } = await measure()
const ceilings: Budgets = {
  packages: raised(packages),
  compositions: raised(compositions),
  other: raised(other),
  percent: loose(percent),
}
writeFileSync(budgetsFile, `${JSON.stringify(ceilings, null, 2)}\n`)
