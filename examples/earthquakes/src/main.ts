import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { runDemo } from './demo.ts'

const { values } = parseArgs({
  allowNegative: true,
  options: {
    /** Shows the messages on a page, which stays until Ctrl-C. Without a terminal nothing ends it. */
    page: { type: 'boolean', default: process.stdout.isTTY === true },
    /** Shows the Lambdas' logs; src/logger.ts reads it. */
    verbose: { type: 'boolean', default: false },
    /** Loses this number of records before archive sees them, to show that the loss is noticed. */
    lose: { type: 'string', default: '0' },
  },
})

const { isComplete, stop } = await runDemo({ lose: Number(values.lose), verbose: values.verbose, page: values.page })
process.exitCode = isComplete ? 0 : 1
if (values.page) {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  await stop()
}
