/** In a fresh process: how long a program takes to import, and its first invocation. */
import { context, event } from './events.ts'

const [, , program = ''] = process.argv
const start = performance.now()
const { handler } = await import(program)
const imported = performance.now()
await handler(event, context)
const responded = performance.now()
console.log(JSON.stringify({ import: imported - start, first: responded - imported }))
