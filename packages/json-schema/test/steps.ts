import { Session } from 'node:inspector'
import { setFlagsFromString } from 'node:v8'

/** Counts work, so that a test of cost does not depend on how busy the machine is. */

const compilers = ['opt', 'maglev', 'sparkplug']

/**
 * Returns how many blocks of JavaScript ran. A loop counts each of its rounds; what is built into the engine does not count.
 *
 * @throws what `work` throws
 */
export const stepsOf = (work: () => unknown): number => {
  const session = new Session()
  session.connect()
  let steps = 0
  // Optimized code does not count the calls of its functions.
  for (const compiler of compilers) setFlagsFromString(`--no-${compiler}`)
  try {
    session.post('Profiler.enable')
    session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
    session.post('Profiler.takePreciseCoverage') // what ran before counts no more
    work()
    session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error !== null) throw error
      for (const { functions } of result) {
        for (const { ranges } of functions) for (const { count } of ranges) steps += count
      }
    })
  } finally {
    for (const compiler of compilers) setFlagsFromString(`--${compiler}`)
    session.disconnect()
  }
  return steps
}

type Limited = (pattern: string, flags: string, backtracks: number) => RegExp
let limited: Limited | undefined

/** V8 makes expressions that give up: `exec` then returns null. */
const makeLimited: Limited = (...args) => {
  if (limited === undefined) {
    setFlagsFromString('--allow-natives-syntax')
    limited = new Function('p', 'f', 'n', 'return %NewRegExpWithBacktrackLimit(p, f, n)') as Limited
    setFlagsFromString('--no-allow-natives-syntax')
  }
  return limited(...args)
}

/**
 * Returns the expressions that go back more often than their text has characters, times a factor, when something tests them.
 *
 * @throws what `work` throws
 */
export const excessiveExpressions = (factor: number, work: () => unknown): readonly string[] => {
  const { test } = RegExp.prototype
  const excessive = new Set<string>()
  setFlagsFromString('--no-regexp-optimization') // some ways back would not count
  RegExp.prototype.test = function (text) {
    // An empty alternative: it matches if nothing else does, and not if the engine has given up.
    const expression = makeLimited(`(?:${this.source})|()`, this.flags, factor * (text.length + 1))
    const match = expression.exec(text)
    if (match === null) excessive.add(this.source)
    return match !== null && match.at(-1) === undefined
  }
  try {
    work()
  } finally {
    RegExp.prototype.test = test
    setFlagsFromString('--regexp-optimization')
  }
  return [...excessive]
}
