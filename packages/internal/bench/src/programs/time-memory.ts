/** In a fresh process: the peak memory of a program, and what it keeps. */

import * as contenders from '../contenders.ts'
import { context, sqs } from '../work.ts'

const [, , name = '', size = '10000', total = '100000', collected = 'no'] = process.argv
const handler = contenders.forSqs()[name]
if (handler === undefined || globalThis.gc === undefined)
  throw new Error('usage: node --expose-gc time-memory.ts <contender>')
const event = sqs(Number(size))
const kept: number[] = []
const batches = Math.ceil(Number(total) / Number(size))
for (let batch = 0; batch < batches; batch++) {
  await handler(event, context() as never) // each invocation has a context of its own, as in Lambda
  if (collected === 'no' || batch % Math.ceil(batches / 10) !== 0) continue
  globalThis.gc()
  kept.push(process.memoryUsage().heapUsed)
}
console.log(JSON.stringify({ peak: process.resourceUsage().maxRSS * 1024, kept }))
