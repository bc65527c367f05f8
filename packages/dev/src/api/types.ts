/**
 * The JSON of the HTTP API and of its server-sent events: the contract between the server, the page and other tools.
 *
 * | | |
 * | --- | --- |
 * | times | milliseconds since 1970 in UTC, with fractions |
 * | durations | milliseconds |
 * | ids of nodes | `function:intake` (a Lambda), `path:intake/ORDER`, `step:intake/ORDER/price` (a function of a path), `sqs:orders`, `kinesis:archive`, `sns:news` |
 * | ids of messages | SQS: the `MessageId`. Kinesis: `archive:shardId-000000000000:4963...` |
 * | a member that is missing | is not known, or does not apply. `null` is not used |
 *
 * Every request needs the header `authorization: Bearer TOKEN`. An error is `{ error: { code, message } }` with a status of 400
 * (wrong request), 401 (no or wrong token), 403 (wrong `Host` or `Origin`), 404 (no such thing) or 409 (cannot be done now).
 */
import { z } from '@hono/zod-openapi'

const Time = z.number().describe('milliseconds since 1970 in UTC')
const Millis = z.number().nonnegative().describe('milliseconds')
const Count = z.int().nonnegative()
const Schema = z.record(z.string(), z.unknown()).describe('a JSON Schema, draft 7')

/** An error response. */
export const ApiError = z
  .object({
    error: z.object({
      code: z.enum(['bad-request', 'unauthorized', 'forbidden', 'not-found', 'conflict', 'internal']),
      message: z.string(),
    }),
  })
  .openapi('ApiError')
export type ApiError = z.infer<typeof ApiError>

// ---- Values of messages

/** A value as text. Long texts are cut. Never put it into a page as HTML. */
export const Captured = z
  .object({
    /** JSON, or the text itself if `json` is false. */
    text: z.string(),
    json: z.boolean(),
    /** The bytes of the whole text in UTF-8. */
    bytes: Count,
    /** Whether `text` is only the beginning. Then it is not valid JSON. */
    cut: z.boolean(),
  })
  .openapi('Captured')
export type Captured = z.infer<typeof Captured>

/** A line of a stack trace, mapped to the source. */
export const StackFrame = z
  .object({
    function: z.string().optional(),
    /** The path of the file, relative to the folder of the configuration if it lies in it. */
    file: z.string(),
    line: z.int(),
    column: z.int(),
    /** Whether it lies outside of `node_modules` and of Node.js. */
    own: z.boolean(),
  })
  .openapi('StackFrame')
export type StackFrame = z.infer<typeof StackFrame>

/** An error of a function, with its source-mapped stack. */
export const CapturedError = z
  .object({
    name: z.string(),
    message: z.string(),
    stack: z.string().optional(),
    frames: z.array(StackFrame),
    /** The issues of a schema. */
    issues: Captured.optional(),
    /** The texts of its causes, the nearest first. */
    causes: z.array(z.string()),
  })
  .openapi('CapturedError')
export type CapturedError = z.infer<typeof CapturedError>

/** A place in the sources. `file` is relative to the folder of the configuration. */
export const SourcePlace = z.object({ file: z.string(), line: z.int(), column: z.int() }).openapi('SourcePlace')
export type SourcePlace = z.infer<typeof SourcePlace>

// ---- GET /api/status

/** The state of a Lambda. */
export const LambdaStatus = z
  .object({
    name: z.string(),
    /** `broken`: its module cannot be built or imported: see `problem`. The last good version, if there is one, still runs. */
    state: z.enum(['starting', 'ready', 'broken']),
    problem: z.string().optional(),
    /** How often it was built anew since the start. */
    reloads: Count,
    /** The running processes. Each handles one invocation at a time. Empty if the function runs in the process of the server. */
    environments: z.array(
      z.object({ pid: z.int(), busy: z.boolean(), memoryBytes: Count, startedAt: Time, invocations: Count }),
    ),
  })
  .openapi('LambdaStatus')
export type LambdaStatus = z.infer<typeof LambdaStatus>

/** `GET /api/status`: the server. */
export const Status = z
  .object({
    version: z.string(),
    title: z.string(),
    startedAt: Time,
    /** Raised by each reload. */
    generation: Count,
    /** The configuration file. Missing if the system was given as a value: then nothing is reloaded. */
    config: z.string().optional(),
    /** The variables by which the AWS SDK reaches the emulators: `AWS_ENDPOINT_URL_SQS`, ... */
    environment: z.record(z.string(), z.string()),
    lambdas: z.array(LambdaStatus),
    /** Something that only a restart applies, such as a changed queue. */
    restartRequired: z.string().optional(),
    limits: z.object({
      /** Messages that are kept, the newest ones. */
      messages: Count,
      /** Bytes of their values. */
      bytes: Count,
      /** Bytes of one value: longer texts are cut. */
      valueBytes: Count,
      invocations: Count,
      logLines: Count,
    }),
  })
  .openapi('Status')
export type Status = z.infer<typeof Status>

// ---- GET /api/graph

export const NodeKind = z.enum(['lambda', 'path', 'function', 'queue', 'stream', 'topic', 'other']).openapi('NodeKind')
export type NodeKind = z.infer<typeof NodeKind>

/** A node of the graph. */
export const GraphNode = z
  .object({
    id: z.string(),
    kind: NodeKind,
    name: z.string(),
    /** Of a path: its Lambda. Of a function: its path. */
    parent: z.string().optional(),
    /** Short facts for people, for example `30 s, 128 MB` or `sqs, FIFO`. */
    details: z.array(z.string()),
    /** Of a path and a function: the JSON Schema of its kwargs, if it can give one. */
    schema: Schema.optional(),
    /** Of a queue: whether messages end there because they failed. `sqs`: by a redrive policy. `lpipe`: letters of lpipe. */
    deadLetters: z.enum(['sqs', 'lpipe', 'discarded']).optional(),
    /** Of a queue or stream: whether the system declares it. One that is not declared has no emulator. */
    declared: z.boolean().optional(),
    fifo: z.boolean().optional(),
    source: SourcePlace.optional(),
  })
  .openapi('GraphNode')
export type GraphNode = z.infer<typeof GraphNode>

/** How an edge comes about: see `EdgeKind` of `@lpipe/system`. `call`: a path calls its function. `seen`: only traffic shows it. */
export const GraphEdgeKind = z
  .enum(['source', 'action', 'payload', 'queue', 'dead letter', 'discarded', 'dropped', 'subscription', 'call', 'seen'])
  .openapi('GraphEdgeKind')
export type GraphEdgeKind = z.infer<typeof GraphEdgeKind>

/** An arrow of the graph. */
export const GraphEdge = z
  .object({
    /** Stable: made of `from`, `to` and `kind`. */
    id: z.string(),
    from: z.string(),
    to: z.string(),
    kind: GraphEdgeKind,
    /** The path that the messages name. */
    label: z.string().optional(),
  })
  .openapi('GraphEdge')
export type GraphEdge = z.infer<typeof GraphEdge>

/** `GET /api/graph`. Changes with a reload, and when traffic takes an edge that was not known. */
export const Graph = z
  .object({
    generation: Count,
    title: z.string(),
    /** Lambdas first, then their paths, their functions, the queues and streams: parents before children. */
    nodes: z.array(GraphNode),
    edges: z.array(GraphEdge),
    /** False while the payloads that functions return are still read from the sources: a `reload` event follows. */
    complete: z.boolean(),
  })
  .openapi('Graph')
export type Graph = z.infer<typeof Graph>

// ---- GET /api/stats, event `stats`, event `flow`

/** What happened in one second. */
export const Point = z.object({ count: Count, errors: Count }).openapi('Point')
export type Point = z.infer<typeof Point>

/** The numbers of a node since the start. */
export const NodeStats = z
  .object({
    id: z.string(),
    /** Lambda: invocations. Path and function: runs. Queue and stream: messages that arrived. */
    count: Count,
    /** Lambda: failed invocations. Path and function: runs that threw. Queue: messages that failed when they were received. */
    errors: Count,
    /** Per second, over the last 10 seconds. */
    rate: z.number().nonnegative(),
    errorRate: z.number().nonnegative(),
    /** Duration of an invocation or run, over the last 200. Queue: the wait until the first receive. */
    meanMillis: Millis.optional(),
    p95Millis: Millis.optional(),
    /** Lambda: invocations that run. Queue: messages that were received and not deleted. */
    inFlight: Count.optional(),
    /** Queue: messages that wait, those that are delayed too. Stream: records that were not read. */
    backlog: Count.optional(),
    /** Queue: how long its oldest message has been there. */
    oldestMillis: Millis.optional(),
    /** Lambda: the largest memory of a process. */
    memoryBytes: Count.optional(),
  })
  .openapi('NodeStats')
export type NodeStats = z.infer<typeof NodeStats>

/** The numbers of an edge since the start. */
export const EdgeStats = z
  .object({
    id: z.string(),
    count: Count,
    /** Messages on it that failed: not accepted by the queue, or failed where it leads. */
    errors: Count,
    rate: z.number().nonnegative(),
    /** Time to pass it: a send, the wait in a queue, or the run of what it leads to. */
    meanMillis: Millis.optional(),
  })
  .openapi('EdgeStats')
export type EdgeStats = z.infer<typeof EdgeStats>

/** How messages ended, since the start. Each message is counted once, by its last state. */
export const Totals = z
  .object({
    messages: Count,
    waiting: Count,
    running: Count,
    succeeded: Count,
    dropped: Count,
    failed: Count,
    dead: Count,
    invocations: Count,
    deadLetters: Count,
  })
  .openapi('Totals')
export type Totals = z.infer<typeof Totals>

/** `GET /api/stats`. */
export const Stats = z
  .object({
    time: Time,
    nodes: z.array(NodeStats),
    edges: z.array(EdgeStats),
    totals: Totals,
    /** By node: the last 60 seconds, the oldest first, at most 60 points. For a sparkline. Nodes without traffic are left out. */
    points: z.record(z.string(), z.array(Point)),
  })
  .openapi('Stats')
export type Stats = z.infer<typeof Stats>

/**
 * Event `stats`, once a second: what has changed since the last one. `points` has the second that has just ended; for a node that
 * it does not name, that second is `{ count: 0, errors: 0 }`.
 */
export const StatsEvent = z
  .object({
    time: Time,
    nodes: z.array(NodeStats),
    edges: z.array(EdgeStats),
    totals: Totals,
    points: z.record(z.string(), Point),
  })
  .openapi('StatsEvent')
export type StatsEvent = z.infer<typeof StatsEvent>

/** Event `flow`, at most four times a second: how many messages passed each edge since the last one. Edges without are left out. */
export const FlowEvent = z
  .object({ time: Time, millis: Millis, edges: z.record(z.string(), Point) })
  .openapi('FlowEvent')
export type FlowEvent = z.infer<typeof FlowEvent>

// ---- GET /api/messages

/**
 * `waiting`: in its queue, not received yet. `running`. `succeeded`. `dropped`: lpipe gave it up; a letter may keep it.
 * `failed`: it will be delivered again. `dead`: SQS moved it to the dead-letter queue. `discarded`: Lambda gave it up (streams).
 */
export const MessageState = z
  .enum(['waiting', 'running', 'succeeded', 'dropped', 'failed', 'dead', 'discarded'])
  .openapi('MessageState')
export type MessageState = z.infer<typeof MessageState>

/** A message in the list. */
export const MessageSummary = z
  .object({
    id: z.string(),
    /** The first message of its way, from which all others came. Its own id if it was sent from outside. */
    rootId: z.string(),
    /** The message whose run sent it. Missing if it was sent from outside. */
    parentId: z.string().optional(),
    /** The node id of the queue or stream that it was sent to. */
    queue: z.string(),
    state: MessageState,
    /** The Lambda that received it last. */
    lambda: z.string().optional(),
    /** The path that its body names or that it entered first. */
    path: z.string().optional(),
    /** The function in which it ended or is. */
    function: z.string().optional(),
    error: z.object({ name: z.string(), message: z.string() }).optional(),
    sentAt: Time,
    receivedAt: Time.optional(),
    /** When the last delivery ended. */
    endedAt: Time.optional(),
    waitMillis: Millis.optional(),
    /** Duration of the last run. */
    millis: Millis.optional(),
    /** How often it was delivered. */
    deliveries: Count,
    /** How many messages it sent. */
    sent: Count,
    /** The beginning of its body, at most 200 characters. */
    preview: z.string(),
    bytes: Count,
    /** How it came here, if the page or the API sent it. */
    origin: z.enum(['sent', 'rerun', 'generated', 'redriven']).optional(),
  })
  .openapi('MessageSummary')
export type MessageSummary = z.infer<typeof MessageSummary>

/** Query of `GET /api/messages`. All conditions must hold; texts are compared without regard to case. */
export const MessageQuery = z
  .object({
    /** A part of the body, the id or the error. */
    text: z.string().optional(),
    /** The beginning of an id. */
    id: z.string().optional(),
    rootId: z.string().optional(),
    lambda: z.string().optional(),
    path: z.string().optional(),
    function: z.string().optional(),
    /** The name of a queue or stream, or its node id. */
    queue: z.string().optional(),
    /** States, separated by commas. */
    state: z.string().optional(),
    /** `true`: only messages that were sent from outside. */
    roots: z.enum(['true', 'false']).optional(),
    /** `next` of the page before. */
    cursor: z.string().optional(),
    /** 1 to 500; default 100. */
    limit: z.coerce.number().int().min(1).max(500).optional(),
  })
  .openapi('MessageQuery')
export type MessageQuery = z.infer<typeof MessageQuery>

/** `GET /api/messages`: the newest first. */
export const MessagePage = z
  .object({
    messages: z.array(MessageSummary),
    /** How many messages match, of those that are kept. */
    total: Count,
    next: z.string().optional(),
  })
  .openapi('MessagePage')
export type MessagePage = z.infer<typeof MessagePage>

// ---- GET /api/messages/:id

/** `retry`: from the end of a failed delivery to the next one. `path`: all that a path does. `send`: until the queue accepted it. */
export const SpanKind = z
  .enum(['wait', 'invocation', 'message', 'decode', 'path', 'function', 'send', 'retry'])
  .openapi('SpanKind')
export type SpanKind = z.infer<typeof SpanKind>

/** A piece of time of a message. */
export const Span = z
  .object({
    id: z.string(),
    /** The span in which it lies. */
    parentId: z.string().optional(),
    messageId: z.string(),
    kind: SpanKind,
    /** For people: the name of the queue, Lambda, path or function. */
    name: z.string(),
    /** The node of the graph. */
    node: z.string().optional(),
    startedAt: Time,
    /** Missing while it runs, or if its end is not known because the process ended. */
    endedAt: Time.optional(),
    status: z.enum(['running', 'ok', 'error', 'unknown']),
    /** 1 for the first delivery. */
    delivery: Count,
    /** Of the invocation. */
    requestId: z.string().optional(),
    /** `function`: the kwargs. `decode`: the payload. `invocation`: nothing, see `GET /api/invocations/:id`. `send`: the body. */
    input: Captured.optional(),
    /** `function`: what it returned. */
    output: Captured.optional(),
    error: CapturedError.optional(),
    /** `send`: the ids of the messages that the queue accepted. */
    sentIds: z.array(z.string()).optional(),
  })
  .openapi('Span')
export type Span = z.infer<typeof Span>

/** A line that a Lambda printed. */
export const LogLine = z
  .object({
    time: Time,
    lambda: z.string(),
    requestId: z.string().optional(),
    /** Known if it was printed while a message ran. */
    messageId: z.string().optional(),
    stream: z.enum(['stdout', 'stderr']),
    /** Read from a line that is JSON with a `level`; otherwise `info` for stdout and `error` for stderr. */
    level: z.enum(['debug', 'info', 'warn', 'error']),
    /** Without control characters. At most 16 KiB. */
    text: z.string(),
  })
  .openapi('LogLine')
export type LogLine = z.infer<typeof LogLine>

/** A message with its body. */
export const Message = MessageSummary.extend({
  body: Captured,
  groupId: z.string().optional(),
  partitionKey: z.string().optional(),
  /** The message attributes that are strings or numbers. */
  attributes: z.record(z.string(), z.string()),
}).openapi('Message')
export type Message = z.infer<typeof Message>

/** `GET /api/messages/:id`: the way of a message through all Lambdas, from the first message to all that came from it. */
export const Journey = z
  .object({
    rootId: z.string(),
    /** The message that was asked for. */
    id: z.string(),
    startedAt: Time,
    /** Missing while one of its messages waits or runs. */
    endedAt: Time.optional(),
    /** Parents before children. */
    messages: z.array(Message),
    /** By start. */
    spans: z.array(Span),
    logs: z.array(LogLine),
    /** Whether parts are not kept any more, or there are more than 1,000 messages. */
    incomplete: z.boolean(),
  })
  .openapi('Journey')
export type Journey = z.infer<typeof Journey>

// ---- POST /api/messages/send, /api/messages/:id/rerun, /api/generate

const JsonObject = z.record(z.string(), z.unknown())

/** `POST /api/messages/send`: either `body`, which is sent as it is, or `path` with `kwargs`. */
export const SendRequest = z
  .object({
    /** The name of a queue or stream. */
    to: z.string(),
    body: z.string().optional(),
    path: z.string().optional(),
    kwargs: JsonObject.optional(),
    /** SQS. A FIFO queue has `default` by default. */
    groupId: z.string().optional(),
    /** FIFO queues. Default: a new one. */
    deduplicationId: z.string().optional(),
    /** Kinesis. Default: a new one. */
    partitionKey: z.string().optional(),
    /** How often; default 1, at most 1,000. */
    count: z.int().min(1).max(1000).optional(),
  })
  .openapi('SendRequest')
export type SendRequest = z.infer<typeof SendRequest>

/** What was sent. */
export const SendResult = z.object({ to: z.string(), ids: z.array(z.string()) }).openapi('SendResult')
export type SendResult = z.infer<typeof SendResult>

/** `POST /api/messages/:id/rerun`. */
export const RerunRequest = z
  .object({
    /**
     * `here` (default): this message again, to its own queue. `start`: the first message of its way, to the first queue. Nothing
     * that its first run sent is taken back.
     */
    from: z.enum(['start', 'here']).optional(),
    /** Instead of its body. Required if the body was too large to be kept whole. */
    body: z.string().optional(),
  })
  .openapi('RerunRequest')
export type RerunRequest = z.infer<typeof RerunRequest>

/** `POST /api/generate`: sends messages that are generated from the JSON Schema of a path. */
export const GenerateRequest = z
  .object({
    /** The name of a queue or stream. */
    to: z.string(),
    path: z.string(),
    /** At most 100,000. */
    count: z.int().min(1).max(100_000),
    /** Per second, at most 2,000. */
    rate: z.number().positive().max(2000),
    /** The same seed generates the same messages. Default: random. */
    seed: z.int().optional(),
  })
  .openapi('GenerateRequest')
export type GenerateRequest = z.infer<typeof GenerateRequest>

/** A running or ended generation: `GET /api/generate` lists them, `DELETE /api/generate/:id` stops one. Event `generate`. */
export const Generation = z
  .object({
    id: z.string(),
    to: z.string(),
    path: z.string(),
    count: Count,
    rate: z.number(),
    seed: z.int(),
    sent: Count,
    startedAt: Time,
    endedAt: Time.optional(),
    state: z.enum(['running', 'done', 'stopped', 'failed']),
    problem: z.string().optional(),
  })
  .openapi('Generation')
export type Generation = z.infer<typeof Generation>

/** `GET /api/generate`. */
export const Generations = z.object({ generations: z.array(Generation) }).openapi('Generations')
export type Generations = z.infer<typeof Generations>

// ---- GET /api/schemas, GET /api/queues

/** A path that messages can be sent to. */
export const PathSchema = z
  .object({
    lambda: z.string(),
    path: z.string(),
    /** The names of the queues and streams that invoke the Lambda. */
    queues: z.array(z.string()),
    /** Whether a message must not name a path, because the Lambda has one path for all. */
    isDefault: z.boolean(),
    /** Of its kwargs: what all its first functions accept. Missing if they can give none. */
    schema: Schema.optional(),
    /** The functions whose schemas are in it. */
    functions: z.array(z.string()),
  })
  .openapi('PathSchema')
export type PathSchema = z.infer<typeof PathSchema>

/** `GET /api/schemas`. */
export const Schemas = z.object({ paths: z.array(PathSchema) }).openapi('Schemas')
export type Schemas = z.infer<typeof Schemas>

/** A queue or stream that has an emulator. */
export const QueueStatus = z
  .object({
    id: z.string(),
    name: z.string(),
    type: z.enum(['sqs', 'kinesis']),
    fifo: z.boolean(),
    /** SQS. */
    url: z.string().optional(),
    visible: Count.optional(),
    inFlight: Count.optional(),
    delayed: Count.optional(),
    deadLetterQueue: z.string().optional(),
    lambdas: z.array(z.string()),
  })
  .openapi('QueueStatus')
export type QueueStatus = z.infer<typeof QueueStatus>

/** `GET /api/queues`. */
export const Queues = z.object({ queues: z.array(QueueStatus) }).openapi('Queues')
export type Queues = z.infer<typeof Queues>

/** A message that is in a queue now. */
export const QueuedMessage = z
  .object({
    id: z.string(),
    state: z.enum(['visible', 'inFlight', 'delayed']),
    receiveCount: Count,
    groupId: z.string().optional(),
    body: Captured,
  })
  .openapi('QueuedMessage')
export type QueuedMessage = z.infer<typeof QueuedMessage>

/** `GET /api/queues/:name/messages?limit=100`: what is in an SQS queue, without receiving it. Bodies are whole, up to 32 MiB in all. */
export const QueueContents = z
  .object({ name: z.string(), total: Count, messages: z.array(QueuedMessage) })
  .openapi('QueueContents')
export type QueueContents = z.infer<typeof QueueContents>

// ---- GET /api/dead-letters

/** `sqs`: SQS moved the message after `maxReceiveCount` receives. `lpipe`: a letter with the error, kept by `deadLetter` of `lpipe()`. */
export const DeadLetterKind = z.enum(['sqs', 'lpipe']).openapi('DeadLetterKind')
export type DeadLetterKind = z.infer<typeof DeadLetterKind>

/** A dead letter in the list. */
export const DeadLetterSummary = z
  .object({
    /** The id of the message in the dead-letter queue. */
    id: z.string(),
    kind: DeadLetterKind,
    /** The name of the dead-letter queue. */
    queue: z.string(),
    /** The name of the queue or stream that it goes back to, if it is known. */
    to: z.string().optional(),
    lambda: z.string().optional(),
    path: z.string().optional(),
    function: z.string().optional(),
    error: z.object({ name: z.string(), message: z.string() }).optional(),
    receiveCount: Count.optional(),
    /** When it came into the dead-letter queue. */
    time: Time.optional(),
    /** The id of the message for `GET /api/messages/:id`, if it is still kept. */
    messageId: z.string().optional(),
    preview: z.string(),
    bytes: Count,
    /** Why it cannot be sent back as it is, for example because its record was cut. */
    problem: z.string().optional(),
  })
  .openapi('DeadLetterSummary')
export type DeadLetterSummary = z.infer<typeof DeadLetterSummary>

/** Which dead letters: all conditions must hold. As a query and in the body of a request. */
export const DeadLetterFilter = z
  .object({
    kind: DeadLetterKind.optional(),
    queue: z.string().optional(),
    lambda: z.string().optional(),
    path: z.string().optional(),
    function: z.string().optional(),
    /** The name of the error. */
    error: z.string().optional(),
    /** The text of the error. */
    message: z.string().optional(),
    /** A part of the body, the id or the error. */
    text: z.string().optional(),
  })
  .openapi('DeadLetterFilter')
export type DeadLetterFilter = z.infer<typeof DeadLetterFilter>

/** `GET /api/dead-letters`. */
export const DeadLetterQuery = DeadLetterFilter.extend({
  /** Most dead letters in the list, 1 to 100,000; default 1,000. The groups have all of them. */
  limit: z.coerce.number().int().min(1).max(100_000).optional(),
}).openapi('DeadLetterQuery')
export type DeadLetterQuery = z.infer<typeof DeadLetterQuery>

/** Dead letters of the same error, path and function. */
export const DeadLetterGroup = z
  .object({
    /** Selects exactly these, as `filter` or query. A member that is missing is missing in all of them. */
    filter: DeadLetterFilter,
    kind: DeadLetterKind,
    queue: z.string(),
    error: z.string().optional(),
    message: z.string().optional(),
    lambda: z.string().optional(),
    path: z.string().optional(),
    function: z.string().optional(),
    count: Count,
    ids: z.array(z.string()),
    newestAt: Time.optional(),
  })
  .openapi('DeadLetterGroup')
export type DeadLetterGroup = z.infer<typeof DeadLetterGroup>

/** `GET /api/dead-letters`: the newest first, at most `limit`. `total` and the groups count all that match. */
export const DeadLetters = z
  .object({ total: Count, groups: z.array(DeadLetterGroup), deadLetters: z.array(DeadLetterSummary) })
  .openapi('DeadLetters')
export type DeadLetters = z.infer<typeof DeadLetters>

/** `GET /api/dead-letters/:id`. */
export const DeadLetter = DeadLetterSummary.extend({
  /** The body of the original message: what `redrive` sends. */
  body: Captured,
  /** `lpipe`: the whole letter. */
  letter: Captured.optional(),
  /** The error with its stack, if it is known. */
  fullError: CapturedError.optional(),
  requestId: z.string().optional(),
  attributes: z.record(z.string(), z.string()),
}).openapi('DeadLetter')
export type DeadLetter = z.infer<typeof DeadLetter>

/** `POST /api/dead-letters/:id/dry-run` and `POST /api/messages/:id/dry-run`. */
export const DryRunRequest = z
  .object({
    /** Instead of its body. */
    body: z.string().optional(),
  })
  .openapi('DryRunRequest')
export type DryRunRequest = z.infer<typeof DryRunRequest>

/** Something that a dry run would have sent. */
export const CapturedSend = z
  .object({
    /** The node id of the queue. */
    queue: z.string(),
    path: z.string().optional(),
    /** The function of the SDK that was captured, for example `SendMessageBatch`. */
    operation: z.string(),
    body: Captured,
  })
  .openapi('CapturedSend')
export type CapturedSend = z.infer<typeof CapturedSend>

/**
 * What a dry run did: the Lambda ran with the message in a process of its own, against the code as it is now. Calls to queues and
 * streams were captured and answered as accepted. Anything else that the functions do, such as a write to a database, was done.
 */
export const DryRunResult = z
  .object({
    lambda: z.string(),
    outcome: z.enum(['succeeded', 'dropped', 'failed', 'timedOut', 'crashed']),
    path: z.string().optional(),
    function: z.string().optional(),
    error: CapturedError.optional(),
    millis: Millis,
    spans: z.array(Span),
    logs: z.array(LogLine),
    sends: z.array(CapturedSend),
  })
  .openapi('DryRunResult')
export type DryRunResult = z.infer<typeof DryRunResult>

/** Which dead letters an action is about: exactly one of `ids` and `filter`. An empty filter is all of them. */
const selection = {
  ids: z.array(z.string()).min(1).max(10_000).optional(),
  filter: DeadLetterFilter.optional(),
}

/** `POST /api/dead-letters/redrive`: sends them to where they came from, then removes them. */
export const RedriveRequest = z
  .object({
    ...selection,
    /** Sent instead of the original body; only with one id. */
    body: z.string().optional(),
    note: z.string().max(1000).optional(),
  })
  .openapi('RedriveRequest')
export type RedriveRequest = z.infer<typeof RedriveRequest>

/** `POST /api/dead-letters/discard`: removes them for good. */
export const DiscardRequest = z.object({ ...selection, note: z.string().min(1).max(1000) }).openapi('DiscardRequest')
export type DiscardRequest = z.infer<typeof DiscardRequest>

/** What was done with dead letters. */
export const DeadLetterResult = z
  .object({
    done: z.array(
      z.object({
        id: z.string(),
        /** Redriven: where to, and the id of the new message. */
        to: z.string().optional(),
        newId: z.string().optional(),
      }),
    ),
    /** Those that stay in their queue. */
    left: z.array(z.object({ id: z.string(), reason: z.string() })),
  })
  .openapi('DeadLetterResult')
export type DeadLetterResult = z.infer<typeof DeadLetterResult>

/** A line for each dead letter that was redriven or discarded: `GET /api/audit`, the newest first, at most 1,000. */
export const AuditLine = z
  .object({
    time: Time,
    action: z.enum(['redriven', 'discarded']),
    id: z.string(),
    kind: DeadLetterKind,
    queue: z.string(),
    to: z.string().optional(),
    newId: z.string().optional(),
    edited: z.boolean(),
    note: z.string().optional(),
    error: z.string().optional(),
    path: z.string().optional(),
    function: z.string().optional(),
    preview: z.string(),
  })
  .openapi('AuditLine')
export type AuditLine = z.infer<typeof AuditLine>

/** `GET /api/audit`. */
export const Audit = z.object({ lines: z.array(AuditLine) }).openapi('Audit')
export type Audit = z.infer<typeof Audit>

// ---- GET /api/findings

/** A finding of `lpipe check`. */
export const Finding = z
  .object({
    severity: z.enum(['error', 'warning', 'info']),
    code: z.string(),
    /** The option or path, for example `functions.orders.timeout`. */
    place: z.string(),
    message: z.string(),
    fix: z.string(),
    source: SourcePlace.optional(),
    /** The node of the graph that it is about. */
    node: z.string().optional(),
  })
  .openapi('Finding')
export type Finding = z.infer<typeof Finding>

/** `GET /api/findings`: errors first. */
export const Findings = z
  .object({ generation: Count, complete: z.boolean(), findings: z.array(Finding) })
  .openapi('Findings')
export type Findings = z.infer<typeof Findings>

// ---- GET /api/invocations

/** `partial`: it answered with failed records. `timedOut` and `crashed`: its process was ended or ended itself. */
export const InvocationOutcome = z
  .enum(['running', 'succeeded', 'partial', 'failed', 'timedOut', 'crashed'])
  .openapi('InvocationOutcome')
export type InvocationOutcome = z.infer<typeof InvocationOutcome>

/** An invocation in the list. */
export const InvocationSummary = z
  .object({
    requestId: z.string(),
    lambda: z.string(),
    /** The node id of its queue or stream. */
    queue: z.string().optional(),
    startedAt: Time,
    endedAt: Time.optional(),
    millis: Millis.optional(),
    coldStart: z.boolean(),
    records: Count,
    failedRecords: Count.optional(),
    outcome: InvocationOutcome,
    /** Resident memory of its process when it ended. */
    memoryBytes: Count.optional(),
    error: z.object({ name: z.string(), message: z.string() }).optional(),
  })
  .openapi('InvocationSummary')
export type InvocationSummary = z.infer<typeof InvocationSummary>

/** `GET /api/invocations?lambda=intake&limit=100`: the newest first, at most 500. */
export const Invocations = z.object({ invocations: z.array(InvocationSummary) }).openapi('Invocations')
export type Invocations = z.infer<typeof Invocations>

/** `GET /api/invocations/:requestId`. */
export const Invocation = InvocationSummary.extend({
  messageIds: z.array(z.string()),
  event: Captured,
  response: Captured.optional(),
  fullError: CapturedError.optional(),
  logs: z.array(LogLine),
}).openapi('Invocation')
export type Invocation = z.infer<typeof Invocation>

// ---- GET /api/logs

/** `GET /api/logs?lambda=intake&text=...&limit=200`: the newest last. */
export const Logs = z.object({ lines: z.array(LogLine) }).openapi('Logs')
export type Logs = z.infer<typeof Logs>

// ---- GET /api/events

/** Event `hello`: the first event of a stream. */
export const HelloEvent = z.object({ generation: Count, time: Time }).openapi('HelloEvent')
export type HelloEvent = z.infer<typeof HelloEvent>

/**
 * Event `messages`, at most four times a second: messages that are new or have changed, at most 100. Each is there once, as it is
 * now. `skipped` says how many more there were: fetch the list again.
 */
export const MessagesEvent = z.object({ messages: z.array(MessageSummary), skipped: Count }).openapi('MessagesEvent')
export type MessagesEvent = z.infer<typeof MessagesEvent>

/** Event `invocations`, at most four times a second: those that ended, at most 50. */
export const InvocationsEvent = z
  .object({ invocations: z.array(InvocationSummary), skipped: Count })
  .openapi('InvocationsEvent')
export type InvocationsEvent = z.infer<typeof InvocationsEvent>

/** Event `logs`, at most four times a second: new lines, at most 100. */
export const LogsEvent = z.object({ lines: z.array(LogLine), skipped: Count }).openapi('LogsEvent')
export type LogsEvent = z.infer<typeof LogsEvent>

/**
 * Event `reload`: the sources changed and were built, or could not be; or the graph or the findings changed. Fetch the graph, the
 * schemas, the findings and the status again.
 */
export const ReloadEvent = z
  .object({
    generation: Count,
    /** The Lambdas that run with new code. */
    lambdas: z.array(z.string()),
    /** Files that changed, each relative to the folder of the configuration if it lies in it. */
    files: z.array(z.string()),
    /** Why it could not be built. The old code still runs. */
    problem: z.string().optional(),
  })
  .openapi('ReloadEvent')
export type ReloadEvent = z.infer<typeof ReloadEvent>

/** Event `dead-letters`: a dead letter came or went. Fetch the list again. At most once a second. */
export const DeadLettersEvent = z.object({ total: Count }).openapi('DeadLettersEvent')
export type DeadLettersEvent = z.infer<typeof DeadLettersEvent>

/**
 * `GET /api/events`: server-sent events. `event:` is a name of this type, `data:` its JSON. A query `topics=stats,flow` selects
 * events (default: all, without `logs`); `path` and `lambda` select messages, invocations and logs. A comment is sent every 15
 * seconds. The browser's `EventSource` cannot send the token: read the stream with `fetch`.
 */
export interface Events {
  readonly hello: HelloEvent
  readonly stats: StatsEvent
  readonly flow: FlowEvent
  readonly messages: MessagesEvent
  readonly invocations: InvocationsEvent
  readonly logs: LogsEvent
  readonly reload: ReloadEvent
  readonly generate: Generation
  readonly 'dead-letters': DeadLettersEvent
}
