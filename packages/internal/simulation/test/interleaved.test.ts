import { describe, expect, test } from '@jest/globals'
import type { Sender } from '@lpipe/core'
import type { Entry } from '@lpipe/core/outbox'
import { invoke, kinesisEvent, type MemoryQueueOptions, memoryQueue, silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import fc from 'fast-check'
import {
  type Call,
  FailButContinue,
  FailCatastrophically,
  type LpipeOptions,
  lpipe,
  payload,
  queue,
} from 'lpipe-preset'

/** Two invocations at once on one handler share nothing, and a warm one after a failure starts clean. */

const handlerOf = (options: LpipeOptions) => middy().use(lpipe({ logger: silentLogger(), ...options })) as never

interface Job {
  /** whose message it is */
  readonly owner: string
  readonly number: number
  readonly fate?: 'fail' | 'drop'
}

const jobsOf = (owner: string, count: number, over: (number: number) => Partial<Job> = () => ({})): Job[] =>
  Array.from({ length: count }, (_, number) => ({ owner, number, ...over(number) }))

/** Ids that name the owner of a message. */
const eventOf = (jobs: readonly Job[], name = 'queue') => {
  const event = sqsEvent(jobs, { name, groupId: () => 'the same in all' })
  for (const [index, record] of event.Records.entries()) record.messageId = idOf(jobs[index] as Job)
  return event
}

const idOf = ({ owner, number }: Job): string => `${owner}-${number}`

interface Answer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
}

const failedIn = ({ batchItemFailures }: Answer): string[] =>
  batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)

/** A door that opens once. */
const door = () => {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

/** Remembers which entries each call carried. */
const recordingQueue = (options?: MemoryQueueOptions) => {
  const memory = memoryQueue(options)
  const carried: Job[][] = []
  const sender: Sender<Entry> = {
    ...memory,
    send: (to, entries, signal) => {
      carried.push(entries.map(({ body }) => JSON.parse(body) as Job))
      return memory.send(to, entries, signal)
    },
  }
  const { type, name = '' } = memory.queue
  return { ...memory, queue: queue({ type, name, sender: () => sender }), carried }
}

describe('two invocations at once', () => {
  test('each fails its own messages, sends its own, and is given its own context, event and logger calls', async () => {
    const both = door()
    const seen: { job: Job; call: Call }[] = []
    const out = recordingQueue()
    let waiting = 0
    const call = async (job: Job, given: Call) => {
      seen.push({ job, call: given })
      waiting += 1
      if (waiting === 2) both.open() // from here on they take turns
      await both.opened
      if (job.fate === 'fail') throw new FailCatastrophically(`not ${job.owner}`)
      return payload({ queue: out.queue, kwargs: job })
    }
    const handler = handlerOf({ call })
    const events = {
      a: eventOf(jobsOf('a', 4, (number) => (number === 1 ? { fate: 'fail' } : {}))),
      b: eventOf(jobsOf('b', 4, (number) => (number === 2 ? { fate: 'fail' } : {}))),
    }
    const [a, b] = await Promise.all([
      invoke<Answer>(handler, events.a, { awsRequestId: 'request-a' }),
      invoke<Answer>(handler, events.b, { awsRequestId: 'request-b' }),
    ])

    expect(failedIn(a)).toEqual(['a-1'])
    expect(failedIn(b)).toEqual(['b-2'])
    expect(seen.map(({ job }) => job.owner).join('')).toMatch(/ab|ba/) // they did take turns
    for (const { job, call: given } of seen) {
      expect(given.context.awsRequestId).toBe(`request-${job.owner}`)
      expect(given.state.event).toBe(events[job.owner as 'a' | 'b'])
      expect(given.state.batch.received.map(({ id }) => id?.[0])).toEqual(Array(4).fill(job.owner))
    }
    const owners = out.carried.map((jobs) => jobs.map(idOf))
    expect(owners.toSorted()).toEqual([
      ['a-0', 'a-2', 'a-3'],
      ['b-0', 'b-1', 'b-3'],
    ])
    const keys = out.sent.map(({ entry }) => entry.deduplicationKey)
    expect(new Set(keys).size).toBe(6)
  })

  test('a group that fails in one goes on in the other', async () => {
    const failed = door()
    const ran: string[] = []
    const call = async (job: Job) => {
      ran.push(idOf(job))
      if (job.owner === 'a') {
        queueMicrotask(failed.open)
        throw new FailCatastrophically('not now')
      }
      await failed.opened
    }
    const handler = handlerOf({ call, concurrency: 2 })
    const [a, b] = await Promise.all([
      invoke<Answer>(handler, eventOf(jobsOf('a', 3), 'orders.fifo')),
      invoke<Answer>(handler, eventOf(jobsOf('b', 3), 'orders.fifo')),
    ])
    expect(failedIn(a)).toEqual(['a-0', 'a-1', 'a-2'])
    expect(failedIn(b)).toEqual([])
    expect(ran.toSorted()).toEqual(['a-0', 'b-0', 'b-1', 'b-2'])
  })

  test("one's time is up, and the other's is not", async () => {
    const aborted = door()
    const out = recordingQueue()
    const signals = new Map<string, AbortSignal>()
    const call = async (job: Job, { signal }: Call) => {
      signals.set(job.owner, signal)
      if (job.owner === 'a') {
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        aborted.open()
      } else {
        await aborted.opened
      }
      return payload({ queue: out.queue, kwargs: job })
    }
    const handler = handlerOf({ call, reserveMillis: 100 })
    const deadline = performance.now() + 1000
    const [a, b] = await Promise.all([
      invoke<Answer>(handler, eventOf(jobsOf('a', 2)), {
        getRemainingTimeInMillis: () => Math.max(0, deadline - performance.now()),
      }),
      invoke<Answer>(handler, eventOf(jobsOf('b', 2)), { getRemainingTimeInMillis: () => 60_000 }),
    ])
    expect(failedIn(a)).toEqual(['a-0', 'a-1'])
    expect(failedIn(b)).toEqual([])
    expect([signals.get('a')?.aborted, signals.get('b')?.aborted]).toEqual([true, false])
    expect(out.carried).toEqual([jobsOf('b', 2)])
  })

  test('one throws as a whole, and what the other sends still leaves', async () => {
    const thrown = door()
    const out = recordingQueue()
    const call = async (job: Job) => {
      await thrown.opened
      return payload({ queue: out.queue, kwargs: job })
    }
    const handler = handlerOf({ call })
    const good = invoke<Answer>(handler, eventOf(jobsOf('b', 3)))
    const nonsense = { Records: [{ eventSource: 'aws:sns' }] }
    await expect(invoke(handler, nonsense)).rejects.toThrow()
    thrown.open()
    expect(failedIn(await good)).toEqual([])
    expect(out.carried).toEqual([jobsOf('b', 3)])
  })

  test("one's send is refused for good, and the other's to the same queue is not", async () => {
    const out = recordingQueue({
      refuse: ({ owner }: Job) =>
        owner === 'a' ? { code: 'Bad', reason: 'for the test', senderFault: true } : undefined,
    })
    const handler = handlerOf({ call: (job: Job) => payload({ queue: out.queue, kwargs: job }) })
    const [a, b] = await Promise.all([
      invoke<Answer>(handler, eventOf(jobsOf('a', 3))),
      invoke<Answer>(handler, eventOf(jobsOf('b', 3))),
    ])
    expect(failedIn(a)).toEqual(['a-0', 'a-1', 'a-2'])
    expect(failedIn(b)).toEqual([])
    expect(out.sent.map(({ body }) => (body as Job).owner)).toEqual(['b', 'b', 'b'])
  })

  test('from two sources: each is answered as its own wants it', async () => {
    const handler = handlerOf({
      call: (job: Job) => {
        if (job.fate === 'fail') throw new FailCatastrophically('not now')
      },
    })
    const late = (number: number): Partial<Job> => (number > 0 ? { fate: 'fail' } : {})
    const stream = kinesisEvent(jobsOf('b', 3, late))
    const [a, b] = await Promise.all([
      invoke<Answer>(handler, eventOf(jobsOf('a', 3, late))),
      invoke<Answer>(handler, stream),
    ])
    expect(failedIn(a)).toEqual(['a-1', 'a-2'])
    expect(failedIn(b)).toEqual([stream.Records[1]?.kinesis.sequenceNumber])
  })
})

const fate = fc.option(fc.constantFrom('fail' as const, 'drop' as const), { nil: undefined, freq: 4 })
const batches = fc.array(fc.array(fate, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 4 })

test('any number of invocations, interleaved in any way, answer and send what each does alone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), batches, fc.integer({ min: 1, max: 3 }), async (schedule, fates, concurrency) => {
      const wait = (what: string) => schedule.schedule(Promise.resolve(), what)
      const out = recordingQueue({ maxEntries: 2 })
      const dead = recordingQueue({ name: 'dead' })
      const first = async (job: Job) => {
        await wait(`${idOf(job)} first`)
        return [payload({ queue: out.queue, kwargs: job }), payload({ path: 'SECOND', kwargs: job })]
      }
      const second = async (job: Job) => {
        await wait(`${idOf(job)} second`)
        if (job.fate === 'fail') throw new FailCatastrophically('not now')
        if (job.fate === 'drop') throw new FailButContinue('never')
      }
      const paths = { FIRST: [first], SECOND: [second] } as never
      const handler = handlerOf({ paths, defaultPath: 'FIRST' as never, concurrency, deadLetter: dead.queue })
      const jobs = fates.map((ones, index) =>
        ones.map((one, number): Job => ({ owner: 'abcd'[index] ?? '', number, ...(one && { fate: one }) })),
      )
      const running = Promise.all(jobs.map((ones) => invoke<Answer>(handler, eventOf(ones))))
      const answers = await schedule.waitFor(running)

      for (const [index, ones] of jobs.entries()) {
        const failed = ones.filter(({ fate: one }) => one === 'fail').map(idOf)
        expect(failedIn(answers[index] as Answer)).toEqual(failed)
        const sent = out.sent.map(({ body }) => body as Job).filter(({ owner }) => owner === ones[0]?.owner)
        expect(sent.map(idOf).toSorted()).toEqual(ones.filter(({ fate: one }) => one !== 'fail').map(idOf))
      }
      for (const carried of out.carried) expect(new Set(carried.map(({ owner }) => owner)).size).toBe(1)
      const dropped = jobs.flat().filter(({ fate: one }) => one === 'drop')
      expect(dead.sent).toHaveLength(dropped.length)
    }),
    { numRuns: 200 },
  )
})

describe('a warm invocation after a failure starts clean', () => {
  const out = () => recordingQueue()

  test('after a group that failed: the same messages, in order, to the end', async () => {
    const ran: string[] = []
    let down = true
    const sent = out()
    const call = (job: Job) => {
      ran.push(idOf(job))
      if (down && job.number === 1) throw new FailCatastrophically('not now')
      return payload({ queue: sent.queue, kwargs: job })
    }
    const handler = handlerOf({ call })
    const event = eventOf(jobsOf('a', 3), 'orders.fifo')
    expect(failedIn(await invoke<Answer>(handler, event))).toEqual(['a-1', 'a-2'])
    down = false
    expect(failedIn(await invoke<Answer>(handler, event))).toEqual([])
    expect(ran).toEqual(['a-0', 'a-1', 'a-0', 'a-1', 'a-2'])
    expect(sent.carried.map((jobs) => jobs.map(idOf))).toEqual([['a-0'], ['a-0', 'a-1', 'a-2']])
  })

  test('after an event that could not be read, and after a raw one that failed', async () => {
    const handler = handlerOf({
      call: (job: Job) => {
        if (job.fate === 'fail') throw new FailCatastrophically('not now')
        return { done: idOf(job) }
      },
    })
    await expect(invoke(handler, { Records: 'none' })).rejects.toThrow()
    await expect(
      invoke(
        handler,
        jobsOf('a', 2, () => ({ fate: 'fail' })),
      ),
    ).rejects.toThrow(/^2 messages failed/)
    await expect(invoke(handler, jobsOf('b', 1))).resolves.toEqual({
      event: 'Finished.',
      stats: { received: 1, successes: 1 },
      output: [{ done: 'b-0' }],
    })
  })

  test('after a timeout: what the late function still returns is not sent', async () => {
    const release = door()
    const sent = out()
    let late: Promise<void> | undefined
    const call = (job: Job) => {
      const work = async () => {
        if (job.owner === 'a') await release.opened
        return [payload({ queue: sent.queue, kwargs: job })]
      }
      const running = work()
      if (job.owner === 'a') late = running.then(() => undefined)
      return running
    }
    const handler = handlerOf({ call, reserveMillis: 50 })
    const deadline = performance.now() + 500
    const time = { getRemainingTimeInMillis: () => Math.max(0, deadline - performance.now()) }
    expect(failedIn(await invoke<Answer>(handler, eventOf(jobsOf('a', 1)), time))).toEqual(['a-0'])

    release.open() // it goes on in the middle of the next invocation
    const next = invoke<Answer>(handler, eventOf(jobsOf('b', 2)))
    await late
    expect(failedIn(await next)).toEqual([])
    expect(sent.sent.map(({ body }) => idOf(body as Job))).toEqual(['b-0', 'b-1'])
  })

  test('after a send that failed: the next is tried anew, with the same sender', async () => {
    let down = true
    const sent = recordingQueue({
      refuse: () => (down ? { code: 'Down', reason: 'for the test', senderFault: true } : undefined),
    })
    const refused: string[] = []
    const prepare: typeof sent.prepare = (entry) => {
      if (down) refused.push(entry.deduplicationKey)
      return sent.prepare(entry)
    }
    const sender = { ...sent, prepare }
    const to = queue({ type: 'memory', name: 'memory', sender: () => sender })
    const handler = handlerOf({ call: (job: Job) => payload({ queue: to, kwargs: job }) })
    const event = eventOf(jobsOf('a', 2))
    expect(failedIn(await invoke<Answer>(handler, event))).toEqual(['a-0', 'a-1'])
    down = false
    expect(failedIn(await invoke<Answer>(handler, event))).toEqual([])
    const keys = sent.sent.map(({ entry }) => entry.deduplicationKey)
    expect(keys).toEqual(refused) // the same at every retry
  })
})
