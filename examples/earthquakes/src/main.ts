import { parseArgs } from 'node:util'
import { runDemo } from './demo.ts'

const { values } = parseArgs({
  options: {
    /** shows the Lambdas' logs; src/logger.ts looks for it */
    verbose: { type: 'boolean', default: false },
    /** takes so many records off the stream before archive sees them, to show that their loss is noticed */
    lose: { type: 'string', default: '0' },
  },
})

process.exitCode = (await runDemo({ lose: Number(values.lose), verbose: values.verbose })) ? 0 : 1
