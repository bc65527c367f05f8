import { type CircuitBreaker, CircuitOpenError, circuitBreaker } from '@lpipe/circuit-breaker'
import type { SenderFactory } from '@lpipe/core/outbox'
import type { Queue, Sender } from 'lpipe-preset'
import { type Circuit, createCircuit } from './circuit.ts'
import { current, type Invocation, type MessageRun, type Target, violate, type World } from './world.ts'

/** Whether what has an outage is down now. */
export const isDown = ({ scenario: { outage }, clock }: World): boolean =>
  outage !== null && clock.now() >= outage.from && clock.now() < outage.from + outage.millis

/** How long functions that block the process may keep a breaker from seeing that a trial has succeeded. */
const slackMillis = 200

const pauseOf = ({ scenario: { breaker } }: World): number => (breaker?.pauseSeconds ?? 0) * 1000

/** A call begins: not while the circuit is open. Returns whether it is the one that is tried after the pause. */
export const beginCall = (world: World, label: string, circuit: Circuit): boolean => {
  const now = world.clock.now()
  circuit.calledAt = now
  if (world.scenario.breaker === null || circuit.openUntil === undefined) return false
  if (now < circuit.openUntil) {
    // A call that begins when the circuit opens may have been let through before.
    if (now > circuit.openedAt) violate(world, 'tries', `${label} is called, and its circuit is open`)
    return false
  }
  circuit.openUntil = now + pauseOf(world)
  return true
}

/** A call has ended. */
export const endCall = (world: World, circuit: Circuit, isTrial: boolean, isFailure: boolean): void => {
  if (!isFailure) {
    if (isTrial) Object.assign(circuit, { failures: 0, openUntil: undefined, closedAt: world.clock.now() })
    return
  }
  const now = world.clock.now()
  circuit.failedAt.push(now)
  void recordFailure(world, circuit, isTrial, now)
}

/** Records a failure when the breaker must have seen it: functions that block the process may begin before that. */
const recordFailure = async (world: World, circuit: Circuit, isTrial: boolean, now: number): Promise<void> => {
  if (world.scenario.breaker === null) return
  for (let turn = 0; turn < 20; turn += 1) await undefined
  // A call that fails while the circuit is open began before.
  if (!isTrial && circuit.openUntil !== undefined) return
  circuit.failures += 1
  if (!isTrial && circuit.failures < world.scenario.breaker.failures) return
  circuit.openedAt = now
  circuit.openUntil = now + pauseOf(world)
}

/** The circuit breakers of a run: one for each function and each queue that has an outage. */
export interface Breakers {
  /** Returns a function that a breaker protects, if the scenario has breakers. */
  readonly protectFunction: <F extends GuardedFunction>(label: string, run: F, runOf: RunOf) => F
  readonly protectQueue: (target: Target, queue: Queue) => Queue
}

type GuardedFunction = (kwargs: never, call: never) => unknown

/** Returns the run that a call belongs to. */
type RunOf = (kwargs: never, call: never) => MessageRun

export const createBreakers = (world: World): Breakers => {
  const { scenario, clock } = world
  const made = new Map<string, CircuitBreaker>()
  const breakerOf = (label: string): CircuitBreaker | undefined => {
    if (scenario.breaker === null) return undefined
    const breaker = made.get(label) ?? circuitBreaker({ ...scenario.breaker, windowSeconds: 3600, now: clock.now })
    made.set(label, breaker)
    return breaker
  }

  /**
   * A circuit is open only after failures, for a pause, and not after a trial that succeeded.
   *
   * @param isExact whether each call that the breaker lets through is seen when it begins
   */
  const checkOpen = async (label: string, circuit: Circuit, isExact: boolean): Promise<void> => {
    const { failures = 0 } = scenario.breaker ?? {}
    const now = clock.now()
    const isOpen = (): boolean => now < Math.max(circuit.openUntil ?? 0, circuit.closedAt + slackMillis)
    const wasOpen = isOpen()
    world.stats.circuitsOpen += 1
    await clock.sleep(0) // a call that begins or fails at the same time has been seen
    const { failedAt, calledAt } = circuit
    const mayBeOpen = now < Math.max(calledAt, failedAt.at(-1) ?? 0) + pauseOf(world)
    if (failedAt.length >= failures && mayBeOpen && (!isExact || wasOpen || isOpen())) return
    violate(world, 'no failure without a cause', `${label} was not called, and its circuit should not be open`)
  }

  const circuits = new Map<string, Circuit>()
  const protectFunction: Breakers['protectFunction'] = (label, run, runOf) => {
    const breaker = breakerOf(label)
    if (breaker === undefined) return run
    const circuit = circuits.get(label) ?? createCircuit()
    circuits.set(label, circuit)
    const watched = async (kwargs: never, call: never): Promise<unknown> => {
      const isTrial = beginCall(world, label, circuit)
      try {
        const result = await run(kwargs, call)
        endCall(world, circuit, isTrial, false)
        return result
      } catch (error) {
        endCall(world, circuit, isTrial, true)
        throw error
      }
    }
    const guarded = breaker.protect(watched as (kwargs: object, call: never) => Promise<unknown>) as GuardedFunction
    return (async (kwargs: never, call: never) => {
      try {
        return await guarded(kwargs, call)
      } catch (error) {
        if (error instanceof CircuitOpenError) {
          runOf(kwargs, call).isObstructed = true
          void checkOpen(label, circuit, true)
        }
        throw error
      }
    }) as never
  }

  /** Notes in front of a protected sender that its circuit was open. */
  const watchSender = (target: Target, sender: Sender): Sender => {
    const note = (): void => {
      void checkOpen(target.key, target.circuit, !target.isNamed)
      invocationNow().openCircuits.add(target.key)
    }
    return {
      ...sender,
      prepare: (entry) => {
        try {
          return sender.prepare(entry)
        } catch (error) {
          if (error instanceof CircuitOpenError) note()
          throw error
        }
      },
      send: async (queue, wires, signal) => {
        const answers = await sender.send(queue, wires, signal)
        const codes = Array.isArray(answers) ? answers.map((answer) => Object(answer).code) : []
        if (codes.includes('CircuitOpen')) note()
        // That counts as an attempt.
        if (codes.includes('CircuitHalfOpen')) invocationNow().openCircuits.add(target.key)
        return answers
      },
    }
  }

  /** A queue that the graph names twice has one sender. */
  const watched = new Map<Sender, Sender>()
  const protectQueue: Breakers['protectQueue'] = (target, queue) => {
    const breaker = isProtected(world, target) ? breakerOf(target.key) : undefined
    if (breaker === undefined) return queue
    const guarded = breaker.protect(queue)
    const factory = guarded.sender as SenderFactory
    const wrap = (sender: Sender): Sender => {
      const made = watched.get(sender) ?? watchSender(target, sender)
      watched.set(sender, made)
      return made
    }
    const sender: SenderFactory = Object.assign(() => wrap(factory()), { wrapper: { factory, wrap } })
    return Object.freeze({ ...guarded, sender })
  }
  return { protectFunction, protectQueue }
}

/** Whether a breaker protects a target. */
export const isProtected = ({ scenario }: World, { down, isDeadLetter }: Target): boolean =>
  scenario.breaker !== null && down === 'outage' && !isDeadLetter

const invocationNow = (): Invocation => {
  const invocation = current.getStore()
  if (invocation === undefined) throw new Error('a sender was called outside of an invocation')
  return invocation
}
