import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { localPipeline } from '@lpipe/local'
import {
  check,
  type Description,
  describe,
  functionId,
  type Picture,
  pathId,
  pictureOf,
  toMermaid,
} from '@lpipe/system'
import type { Batch, Message, Queue } from 'lpipe-preset'
import { badMessages, calibrations, messageOf, readEvents } from '../src/feed.ts'
import { logging } from '../src/logger.ts'
import { earthquakes, sources } from '../src/system.ts'

/** Returns the boxes that an arrow leads to from one of some boxes, over arrows within a Lambda. */
const reachableFrom = ({ edges }: Picture, start: readonly string[]): ReadonlySet<string> => {
  const found = new Set(start)
  for (const id of found) {
    for (const { from, to } of edges) if (from === id && to.startsWith('path:')) found.add(to)
  }
  return found
}

/** The boxes in which a message may begin that came from a queue or stream and names a path. */
const startsOf = (picture: Picture, lambda: string, source: string, path: string): readonly string[] => {
  const leads = picture.edges.filter(({ from }) => from === source).map(({ to }) => to)
  return leads.includes(functionId(lambda)) || leads.includes(pathId(lambda, path)) ? [pathId(lambda, path)] : []
}

const sourceOf = ({ eventSource = '' }: Message): string =>
  eventSource.replace(/^arn:aws:(sqs|kinesis):.*[:/]([^:/]+)$/, '$1:$2')

interface Flow {
  readonly lambda: string
  readonly source: string
  readonly path: string
  /** A function that ran, a queue that was sent to, or a dead-letter queue to which SQS moved it. */
  readonly reached:
    | { readonly function: string; readonly path: string }
    | { readonly queue: string; readonly label: string }
    | { readonly deadLetterQueue: string }
}

/** Returns what happened to all messages of the demo, each kind once. */
const flowsOf = async (): Promise<readonly Flow[]> => {
  const flows = new Map<string, Flow>()
  const add = (batch: Batch, message: Message, path: string, reached: Flow['reached']): void => {
    const flow = { lambda: batch.context.functionName, source: sourceOf(message), path, reached }
    flows.set(JSON.stringify(flow), flow)
  }
  const startOf = ({ payload }: Message): string => payload?.path ?? ''
  const onFunction = (trace: unknown): void => {
    const { batch, message, name, payload } = trace as {
      readonly batch: Batch
      readonly message: Message
      readonly name: string
      readonly payload: { readonly path: string }
    }
    add(batch, message, startOf(message), { function: name, path: payload.path })
  }
  const onEntry = (trace: unknown): void => {
    const { batch, message, queue } = trace as {
      readonly batch: Batch
      readonly message: Message
      readonly queue: Queue
    }
    add(batch, message, startOf(message), { queue: `${queue.type}:${queue.name}`, label: queue.path ?? '' })
  }
  subscribe('tracing:lpipe:function:start', onFunction)
  subscribe('lpipe:entry', onEntry)
  const local = await localPipeline({ ...earthquakes, ...logging })
  try {
    const events = readEvents()
    const sent = await local.send('intake', [
      ...events.map(messageOf),
      ...calibrations,
      ...badMessages({ ...events[0], id: 'bad' }),
    ])
    await local.drained({ timeoutSeconds: 60 })
    // SQS moves a message with its id.
    const ofIntake = new Set(sent)
    for (const queue of Object.keys(earthquakes.queues)) {
      const moved = (await local.contents(queue)).filter(({ messageId }) => ofIntake.has(messageId))
      if (moved.length === 0) continue
      flows.set(queue, { lambda: '', source: 'sqs:intake', path: '', reached: { deadLetterQueue: `sqs:${queue}` } })
    }
    return [...flows.values()]
  } finally {
    await local.stop()
    unsubscribe('tracing:lpipe:function:start', onFunction)
    unsubscribe('lpipe:entry', onEntry)
  }
}

/** Returns why the picture lacks the edge that a message took. */
const problemOf = (description: Description, picture: Picture, flow: Flow): string | undefined => {
  const { lambda, source, path, reached } = flow
  if ('deadLetterQueue' in reached) {
    const isMoved = picture.edges.some(
      ({ from, to, kind }) => kind === 'dead letter' && from === source && to === reached.deadLetterQueue,
    )
    return isMoved ? undefined : `no edge from ${source} to ${reached.deadLetterQueue}`
  }
  const isDropped = 'queue' in reached && reached.queue === 'sqs:intake-dropped'
  const starts = startsOf(picture, lambda, source, path)
  if (isDropped) {
    const edge = picture.edges.find(({ from, to }) => from === functionId(lambda) && to === reached.queue)
    return edge?.kind === 'dropped' ? undefined : `no edge from ${lambda} to ${reached.queue}`
  }
  if (starts.length === 0) return `no edge from ${source} to ${lambda} ${path}`
  const boxes = reachableFrom(picture, starts)
  if ('function' in reached) {
    const [found] = description.functions
      .filter(({ name }) => name === lambda)
      .flatMap(({ paths }) => paths.filter(({ name }) => name === reached.path))
    const isShown = found?.actions.some(({ functions }) => functions.some(({ name }) => name === reached.function))
    if (!isShown) return `${lambda} ${reached.path} lacks ${reached.function}`
    return boxes.has(pathId(lambda, reached.path)) ? undefined : `no way from ${path} to ${reached.path}`
  }
  const { queue, label } = reached
  const isDrawn = picture.edges.some((edge) => boxes.has(edge.from) && edge.to === queue && edge.label === label)
  return isDrawn ? undefined : `no edge from ${lambda} ${path} to ${queue} (${label})`
}

test('no message takes an edge that the picture lacks', async () => {
  const description = await describe(earthquakes, { file: sources })
  const picture = pictureOf(description)
  const flows = await flowsOf()
  expect(flows.map((flow) => problemOf(description, picture, flow)).filter((one) => one !== undefined)).toEqual([])

  expect(flows.filter(({ reached }) => 'deadLetterQueue' in reached).map(({ reached }) => reached)).toEqual([
    { deadLetterQueue: 'sqs:intake-dead' },
  ])

  // The test sees missing edges: without any one that messages take, it fails.
  const sent = flows.filter(({ reached }) => 'queue' in reached)
  expect(
    sent.map(({ path, reached }) => ('queue' in reached ? `${path} > ${reached.queue} ${reached.label}` : '')).sort(),
  ).toEqual([
    ' > sqs:intake-dropped ',
    'CALIBRATE > sqs:alerts.fifo CALIBRATED',
    'QUAKE > kinesis:archive COUNT',
    'QUAKE > sqs:alerts.fifo NOTE',
    'QUAKE > sqs:alerts.fifo PAGE',
    'QUAKE > sqs:alerts.fifo TSUNAMI',
    'QUAKE > sqs:intake-dropped ',
    'VOLCANO > sqs:intake-dropped ',
  ])
  for (const edge of picture.edges) {
    const others = { ...picture, edges: picture.edges.filter((one) => one !== edge) }
    expect([edge, flows.some((flow) => problemOf(description, others, flow) !== undefined)]).toEqual([edge, true])
  }
})

test('the guide shows the picture', async () => {
  const guide = await readFile(new URL('../../../docs/systems.md', import.meta.url), 'utf8')
  const [, shown] = /```mermaid\n(.*?)\n```/s.exec(guide) ?? []
  expect(shown).toBe(toMermaid(await describe(earthquakes, { file: sources })))
})

test('the demo has no mistakes that `lpipe check` finds', async () => {
  const description = await describe(earthquakes, { file: sources })
  expect(check(description).map(({ severity, code, place }) => `${severity} ${code} ${place}`)).toEqual([
    "info no-dead-letter-queue queues['alerts.fifo']",
  ])
})
