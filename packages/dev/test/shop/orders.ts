import middy from '@middy/core'
import { action, FailButContinue, FailCatastrophically, fn, lpipe, payload } from 'lpipe-preset'
import { z } from 'zod'
import { dropped, events, parcels } from './queues.ts'

const Order = z.object({ item: z.string(), count: z.number().int().min(1).max(10) })

const price = fn(
  Order,
  ({ item, count }) => {
    console.log(`priced ${item}`)
    return payload({ path: 'PACK', kwargs: { item, cents: count * 100 } })
  },
  { name: 'price' },
)

/** Sends to two queues. */
const pack = ({ item, cents }: { item: string; cents: number }) => [
  payload({ queue: parcels, kwargs: { item, cents } }),
  payload({ queue: events, kwargs: { item } }),
]

const crash = () => {
  console.log('about to crash')
  process.exit(7)
}

const loop = () => {
  console.log('about to loop')
  for (;;);
}

const fail = () => {
  throw new FailCatastrophically('the printer is out of paper')
}

const drop = () => {
  throw new FailButContinue('no customer wants it')
}

const environment = () => {
  console.log(`${process.env['GREETING']} ${process.env['AWS_LAMBDA_FUNCTION_NAME']}`)
}

const echo = ({ text }: { text: string }) => {
  console.log(text)
}

export const handler = middy().use(
  lpipe({
    paths: {
      ORDER: [price],
      PACK: [pack],
      DIRECT: [action({ includeAllParams: true, queues: [parcels] })],
      CRASH: [crash],
      LOOP: [loop],
      FAIL: [fail],
      DROP: [drop],
      ENVIRONMENT: [environment],
      ECHO: [echo],
    },
    deadLetter: dropped,
  }),
)
