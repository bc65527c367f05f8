import { parseArgs } from 'node:util'
import { runDemo } from './demo.ts'

const { values } = parseArgs({
  options: {
    /** Shows the Lambdas' logs; src/logger.ts reads it. */
    verbose: { type: 'boolean', default: false },
    /** Loses this number of records before archive sees them, to show that the loss is noticed. */
    lose: { type: 'string', default: '0' },
  },
})

process.exitCode = (await runDemo({ lose: Number(values.lose), verbose: values.verbose })) ? 0 : 1
