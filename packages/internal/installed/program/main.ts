/** Invokes the handlers, and prints their responses. */
import { invoke, kinesisEvent, sqsEvent } from '@lpipe/testing'
import { handler } from './handler.js'
import { handler as own } from './own.js'

const orders = ['Ada', 'fail', 'drop'].map((name, id) => ({ path: 'order', kwargs: { id, name } }))

/** A function, because a CommonJS bundle has no top-level `await`. */
const main = async (): Promise<void> => {
  const responses = {
    node: process.version.split('.')[0],
    sqs: await invoke(handler, sqsEvent([...orders, 'no JSON'])),
    kinesis: await invoke(handler, kinesisEvent(orders)),
    raw: await invoke(handler, [orders[0]]),
    own: await invoke(own, sqsEvent([{ name: 'Ada' }, { name: 'fail' }])),
  }
  console.log(JSON.stringify(responses))
}

main()
