/** Invokes the handlers, and prints what they answer. */
import { invoke, kinesisEvent, sqsEvent } from '@lpipe/testing'
import { handler } from './handler.js'
import { handler as own } from './own.js'

const orders = ['Ada', 'fail', 'drop'].map((name, id) => ({ path: 'order', kwargs: { id, name } }))

/** A function, for a bundle of the CommonJS format has no `await` outside of one. */
const main = async (): Promise<void> => {
  const answers = {
    node: process.version.split('.')[0],
    sqs: await invoke(handler, sqsEvent([...orders, 'no JSON'])),
    kinesis: await invoke(handler, kinesisEvent(orders)),
    raw: await invoke(handler, [orders[0]]),
    own: await invoke(own, sqsEvent([{ name: 'Ada' }, { name: 'fail' }])),
  }
  console.log(JSON.stringify(answers))
}

main()
