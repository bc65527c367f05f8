import type { Description, FunctionDescription, JsonSchema, QueueReference, Resource } from '@lpipe/system'

/** A Lambda that reads queues, with paths that have one function each. */
export const lambda = (
  name: string,
  paths: Readonly<
    Record<string, { queues?: QueueReference[]; paths?: string[]; schema?: JsonSchema; function?: string }>
  >,
  more: Partial<FunctionDescription> & { readonly reads?: readonly string[] } = {},
): FunctionDescription => {
  const { reads = [], ...rest } = more
  return {
    name,
    handler: 'handler',
    timeout: 3,
    memory: 128,
    recursiveLoop: 'Terminate',
    known: true,
    sources: reads.map((queue) => ({
      type: 'sqs',
      name: queue,
      batchSize: 10,
      window: 0,
      reportBatchItemFailures: true,
    })),
    paths: Object.entries(paths).map(([path, { queues = [], paths: next = [], schema, function: fn }]) => ({
      name: path,
      actions: [
        {
          functions: [{ name: fn ?? path.toLowerCase(), ...(schema === undefined ? {} : { schema }) }],
          paths: next,
          queues,
        },
      ],
      payloads: [],
    })),
    queues: Object.values(paths).flatMap(({ queues = [] }) => queues),
    options: {},
    ...rest,
  }
}

/** A queue that the system declares. It has a dead-letter queue, so that nothing is found about it. */
export const sqs = (name: string, more: Partial<Resource> = {}): Resource => ({
  type: 'sqs',
  name,
  declared: true,
  fifo: name.endsWith('.fifo'),
  visibilityTimeout: 30,
  deadLetter: { queue: name.endsWith('.fifo') ? 'dead.fifo' : 'dead', maxReceiveCount: 5 },
  ...more,
})

/** The queues that dead letters go to. */
export const dead: readonly Resource[] = [
  { type: 'sqs', name: 'dead', declared: true, fifo: false, visibilityTimeout: 30 },
  { type: 'sqs', name: 'dead.fifo', declared: true, fifo: true, visibilityTimeout: 30 },
]

export const to = (name: string, path?: string, schema?: JsonSchema): QueueReference => ({
  type: 'sqs',
  name,
  ...(path === undefined ? {} : { path }),
  ...(schema === undefined ? {} : { schema }),
})

export const described = (resources: readonly Resource[], functions: readonly FunctionDescription[]): Description => {
  const used = new Set(resources.flatMap(({ deadLetter }) => deadLetter?.queue ?? []))
  return { version: 1, resources: [...resources, ...dead.filter(({ name }) => used.has(name))], functions }
}

export const object = (properties: JsonSchema, required: readonly string[] = Object.keys(properties)): JsonSchema => ({
  type: 'object',
  properties,
  required,
})
