import { isObject, isThenable } from '@lpipe/core/middleware'
import { defineSender, type PlainSender, type SenderFactory } from '@lpipe/core/outbox'

const complete: unique symbol = Symbol.for('lpipe-preset:sender') as never

/** A factory that remembers the complete one, because queues with the same factory share its sender. */
interface Remembering extends SenderFactory {
  [complete]?: SenderFactory
}

/**
 * Returns a factory whose sender has an outbox, whether or not `defineSender()` made it. One that declares its options, and a value
 * that is not a factory, are returned as they are.
 */
export const withOutbox = (own: unknown): SenderFactory => {
  const factory = own as Remembering
  const isPlain = typeof own === 'function' && Object.keys(own).length === 0 && Object.isExtensible(own)
  if (!isPlain) return factory
  if (factory[complete] === undefined) {
    const value = () => addOutbox(factory())
    Object.defineProperty(factory, complete, { value })
  }
  return factory[complete] as SenderFactory
}

const addOutbox = (made: unknown): ReturnType<SenderFactory> =>
  isObject(made) && made['open'] === undefined && !isThenable(made)
    ? (defineSender(made as object as PlainSender) as ReturnType<SenderFactory>)
    : (made as ReturnType<SenderFactory>)
