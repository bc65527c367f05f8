import { type AnyFunction, type Call, fn } from '@lpipe/core'
import { isThenable, nameOf, signatureOf, toPromise } from '@lpipe/core/middleware'
import { type Circuit, type Warn, whenReady } from './circuit.ts'
import { openError } from './open-error.ts'
import type { Admission } from './state.ts'

/** Returns a function that is called only while its circuit is closed. */
export const protectFunction = <F extends AnyFunction>(
  run: F,
  circuit: Circuit,
  isFailure: (error: unknown) => boolean,
): F => {
  const name = nameOf(run)

  const callAdmitted = (admission: Admission, kwargs: unknown, call: Call, warn: Warn): unknown => {
    if (admission.kind === 'refused') throw openError(`function ${name}`, admission.millis)
    const isTrial = admission.kind === 'trial'
    const hasReturned = (value: unknown): unknown => whenReady(circuit.succeed(isTrial, warn), () => value)
    const hasThrown = (error: unknown): unknown => {
      if (!isFailure(error)) {
        return whenReady(circuit.succeed(isTrial, warn), () => {
          throw error
        })
      }
      return whenReady(circuit.fail(isTrial, warn), (isOpen) => {
        if (isOpen) warn(`the circuit of ${name} is open for ${circuit.limits.pauseMillis / 1000} seconds`)
        throw error
      })
    }
    let returned: unknown
    try {
      returned = run(kwargs as object, call)
    } catch (error) {
      return hasThrown(error)
    }
    return isThenable(returned) ? toPromise(returned).then(hasReturned, hasThrown) : hasReturned(returned)
  }

  const guarded = (kwargs: unknown, call: Call): unknown => {
    const warn: Warn = (text) => call?.logger?.warn(text)
    return whenReady(circuit.admit(warn), (admission) => callAdmitted(admission, kwargs, call, warn))
  }
  Object.defineProperty(guarded, 'name', { value: run.name, configurable: true })
  const signature = signatureOf(run)
  return (signature === undefined ? guarded : fn(signature.schema, guarded)) as F
}
